#include "net/websocket/websocket_codec.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace openclaw::net {
namespace {

constexpr std::size_t control_max = 125;

bool is_control(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode) >= 8;
}

std::unexpected<WebSocketFault> broken(int code, std::string_view reason) {
    return std::unexpected(WebSocketFault{code, reason});
}

// Codes that may travel. Source: RFC 6455, section 7.4, and the registry.
bool is_close_code(int code) {
    if (code >= 3000 && code <= 4999) return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

// Eight bytes at a time: every payload from a client passes here.
void apply_mask(char* data, std::size_t size, const Mask& mask, std::size_t at) {
    Mask turned{};
    for (std::size_t i = 0; i < 4; ++i) turned[i] = mask[(at + i) % 4];
    std::array<char, 8> twice{};
    std::memcpy(twice.data(), turned.data(), 4);
    std::memcpy(twice.data() + 4, turned.data(), 4);
    std::uint64_t key = 0;
    std::memcpy(&key, twice.data(), 8);
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + i, 8);
        word ^= key;
        std::memcpy(data + i, &word, 8);
    }
    for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ turned[i % 4]);
}

void append_number(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>(number >> shift & 0xFF);
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::optional<Mask> mask) {
    int masked = mask ? 0x80 : 0;
    out += static_cast<char>(0x80 | static_cast<int>(opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(masked | static_cast<int>(payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        out += static_cast<char>(masked | 126);
        append_number(out, payload.size(), 2);
    } else {
        out += static_cast<char>(masked | 127);
        append_number(out, payload.size(), 8);
    }
    if (mask) out.append(mask->data(), 4);
    std::size_t start = out.size();
    out.append(payload);
    if (mask) apply_mask(out.data() + start, payload.size(), *mask, 0);
}

std::string close_payload(int code, std::string_view reason) {
    std::string payload;
    append_number(payload, static_cast<std::uint64_t>(code), 2);
    reason = reason.substr(0, std::min(reason.size(), control_max - 2));
    while (!is_utf8(reason)) reason.remove_suffix(1);
    return payload.append(reason);
}

std::size_t WebSocketDecoder::header_need() const {
    if (header_size_ < 2) return 2;
    auto second = static_cast<unsigned char>(header_[1]);
    std::size_t need = (second & 0x80) != 0 ? 6 : 2;
    if ((second & 0x7F) == 126) need += 2;
    if ((second & 0x7F) == 127) need += 8;
    return need;
}

bool WebSocketDecoder::take_header(std::string_view& bytes) {
    while (header_size_ < header_need() && !bytes.empty()) {
        header_[header_size_++] = bytes.front();
        bytes.remove_prefix(1);
    }
    return header_size_ >= 2 && header_size_ == header_need();
}

std::expected<void, WebSocketFault> WebSocketDecoder::begin_frame() {
    auto first = static_cast<unsigned char>(header_[0]);
    auto second = static_cast<unsigned char>(header_[1]);
    if ((first & 0x70) != 0) return broken(1002, "reserved bits");
    opcode_ = static_cast<Opcode>(first & 0x0F);
    final_ = (first & 0x80) != 0;
    bool masked = (second & 0x80) != 0;
    if (masked != (role_ == WebSocketRole::server)) return broken(1002, "wrong masking");

    std::size_t at = 2;
    left_ = second & 0x7F;
    if (left_ >= 126) {
        std::size_t width = left_ == 126 ? 2 : 8;
        left_ = 0;
        for (; at < 2 + width; ++at) left_ = left_ << 8 | static_cast<unsigned char>(header_[at]);
        if (left_ >> 63 != 0 || left_ < (width == 2 ? 126U : 0x10000U)) return broken(1002, "bad length");
    }
    mask_.reset();
    if (masked) std::memcpy(mask_.emplace().data(), header_.data() + at, 4);
    mask_at_ = 0;

    if (is_control(opcode_)) {
        if (opcode_ > Opcode::pong) return broken(1002, "unknown opcode");
        if (!final_ || left_ > control_max) return broken(1002, "bad control frame");
        control_.clear();
    } else if (opcode_ == Opcode::continuation) {
        if (!fragmented_) return broken(1002, "nothing to continue");
    } else {
        if (opcode_ > Opcode::binary) return broken(1002, "unknown opcode");
        if (fragmented_) return broken(1002, "a message inside another");
        message_opcode_ = opcode_;
    }
    if (!is_control(opcode_) && left_ + message_.size() > message_max_) return broken(1009, "");
    in_frame_ = true;
    return {};
}

void WebSocketDecoder::take_payload(std::string_view& bytes) {
    auto piece = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), left_));
    auto& target = is_control(opcode_) ? control_ : message_;
    std::size_t start = target.size();
    target.append(piece);
    if (mask_) apply_mask(target.data() + start, piece.size(), *mask_, mask_at_);
    mask_at_ = (mask_at_ + piece.size()) % 4;
    left_ -= piece.size();
    bytes.remove_prefix(piece.size());
}

WebSocketDecoder::Outcome WebSocketDecoder::end_close() {
    if (control_.empty()) return WebSocketEvent{Opcode::close, {}, 1005};
    if (control_.size() == 1) return broken(1002, "half a close code");
    int code = static_cast<unsigned char>(control_[0]) << 8 | static_cast<unsigned char>(control_[1]);
    if (!is_close_code(code)) return broken(1002, "bad close code");
    auto reason = control_.substr(2);
    if (!is_utf8(reason)) return broken(1007, "the reason is not UTF-8");
    return WebSocketEvent{Opcode::close, std::move(reason), code};
}

WebSocketDecoder::Outcome WebSocketDecoder::end_frame() {
    in_frame_ = false;
    header_size_ = 0;
    if (opcode_ == Opcode::close) return end_close();
    if (is_control(opcode_)) return WebSocketEvent{opcode_, std::exchange(control_, {}), 1005};
    fragmented_ = !final_;
    if (!final_) return std::nullopt;
    if (message_opcode_ == Opcode::text && !is_utf8(message_)) return broken(1007, "the text is not UTF-8");
    return WebSocketEvent{message_opcode_, std::exchange(message_, {}), 1005};
}

WebSocketDecoder::Outcome WebSocketDecoder::next(std::string_view& bytes) {
    for (;;) {
        if (!in_frame_) {
            if (!take_header(bytes)) return std::nullopt;
            if (auto begun = begin_frame(); !begun) return std::unexpected(begun.error());
        }
        take_payload(bytes);
        if (left_ > 0) return std::nullopt;
        auto event = end_frame();
        if (!event || *event) return event;
    }
}

}  // namespace openclaw::net
