#include "net/websocket/websocket_key.h"

#include <bit>
#include <cstring>

#include "base/random.h"
#include "net/http/http_syntax.h"

namespace openclaw::net {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) text += letters[bits >> (held - 6) & 63];
    }
    if (held > 0) text += letters[bits << (6 - held) & 63];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

using Sha1State = std::array<std::uint32_t, 5>;

void sha1_block(Sha1State& state, const char* block) {
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < 16; ++i) {
        for (std::size_t j = 0; j < 4; ++j)
            words[i] = words[i] << 8 | static_cast<unsigned char>(block[4 * i + j]);
    }
    for (std::size_t i = 16; i < 80; ++i) {
        words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < 80; ++i) {
        std::uint32_t mix = 0;
        if (i < 20)
            mix = ((b & c) | (~b & d)) + 0x5A827999;
        else if (i < 40)
            mix = (b ^ c ^ d) + 0x6ED9EBA1;
        else if (i < 60)
            mix = ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
        else
            mix = (b ^ c ^ d) + 0xCA62C1D6;
        std::uint32_t next = std::rotl(a, 5) + mix + e + words[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const Sha1State added{a, b, c, d, e};
    for (std::size_t i = 0; i < 5; ++i) state[i] += added[i];
}

// Nothing secret hangs on it here. OpenSSL's would cost every command that opens a plain websocket 2 ms.
std::string sha1(std::string text) {
    Sha1State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    std::uint64_t bits = text.size() * 8;
    text += '\x80';
    while (text.size() % 64 != 56) text += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift & 0xFF);
    for (std::size_t at = 0; at < text.size(); at += 64) sha1_block(state, text.data() + at);
    std::string digest;
    for (std::uint32_t word : state) {
        for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(word >> shift & 0xFF);
    }
    return digest;
}

bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") && key.find_first_not_of(letters) == 22;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
    return base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

std::string new_websocket_key() {
    return base64(random_bytes(16));
}

Result<void> check_upgrade(const Request& request) {
    const auto& headers = request.headers;
    if (request.method != "GET" || !lists(headers, "Upgrade", "websocket") ||
        !lists(headers, "Connection", "upgrade")) {
        return fail(Code::invalid_input, "not a websocket upgrade");
    }
    if (headers.find("Sec-WebSocket-Version") != "13") {
        return fail(Code::invalid_input, "only websocket version 13 is spoken");
    }
    if (headers.count("Sec-WebSocket-Key") != 1 || !is_key(*headers.find("Sec-WebSocket-Key"))) {
        return fail(Code::invalid_input, "the websocket key is malformed");
    }
    return {};
}

}  // namespace openclaw::net
