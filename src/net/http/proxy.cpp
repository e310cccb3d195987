#include "net/http/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace openclaw::net {
namespace {

// An IPv4 or IPv6 address, IPv4-mapped ones as IPv4.
struct Address {
    std::array<unsigned char, 16> bytes{};
    unsigned bits = 0;  // 32 or 128
    bool operator==(const Address&) const = default;
};

std::optional<Address> parse_address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    const std::string copy(text);
    Address address;
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
        address.bits = 32;
        return address;
    }
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
    address.bits = 128;
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::memcmp(address.bytes.data(), mapped.data(), mapped.size()) != 0) return address;
    Address v4{.bytes = {}, .bits = 32};
    std::memcpy(v4.bytes.data(), address.bytes.data() + mapped.size(), 4);
    return v4;
}

std::optional<unsigned> parse_unsigned(std::string_view text, unsigned max) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number <= max ? std::optional(number) : std::nullopt;
}

bool in_block(const Address& address, const Address& block, unsigned prefix) {
    if (address.bits != block.bits) return false;
    const unsigned whole = prefix / 8;
    if (std::memcmp(address.bytes.data(), block.bytes.data(), whole) != 0) return false;
    const unsigned rest = prefix % 8;
    return rest == 0 || ((address.bytes[whole] ^ block.bytes[whole]) >> (8 - rest)) == 0;
}

bool excludes_block(std::string_view entry, std::size_t slash, std::string_view host) {
    const auto block = parse_address(entry.substr(0, slash));
    const auto address = parse_address(host);
    if (!block || !address) return false;
    const auto prefix = parse_unsigned(entry.substr(slash + 1), block->bits);
    return prefix && in_block(*address, *block, *prefix);
}

// Splits a port off, unless the colon belongs to an IPv6 address without brackets.
std::optional<unsigned> split_port(std::string_view& entry) {
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view before = entry.substr(0, colon);
    if (before.find(':') != std::string_view::npos && !before.ends_with(']')) return std::nullopt;
    const auto port = parse_unsigned(entry.substr(colon + 1), 65535);
    if (port) entry = before;
    return port;
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return unsigned(c - '0');
    if (c >= 'a' && c <= 'f') return unsigned(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return unsigned(c - 'A') + 10;
    return std::nullopt;
}

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
        if (low) i += 2;
        decoded += low ? static_cast<char>(*high * 16 + *low) : text[i];
    }
    return decoded;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += i + k > bytes.size() ? '=' : alphabet[group >> (18 - 6 * k) & 63];
        }
    }
    return text;
}

// RFC 1929, section 2: a version, then user and password, each after its length.
Result<Secret> socks_credentials(std::string_view user, std::string_view password) {
    if (user.size() > 255 || password.size() > 255)
        return fail(Code::invalid_input, "SOCKS5 takes at most 255 bytes of a user and of a password");
    std::string message{'\1', static_cast<char>(user.size())};
    message.append(user).append(1, static_cast<char>(password.size())).append(password);
    return Secret(std::move(message));
}

Result<Secret> credentials_of(std::string_view user_info, ProxyKind kind) {
    const std::size_t colon = std::min(user_info.find(':'), user_info.size());
    std::string user = percent_decoded(user_info.substr(0, colon));
    std::string password = percent_decoded(user_info.substr(std::min(colon + 1, user_info.size())));
    std::string both = user + ":" + password;
    auto credentials = kind == ProxyKind::http ? Result<Secret>(Secret("Basic " + base64(both)))
                                               : socks_credentials(user, password);
    for (std::string* text : {&user, &password, &both}) wipe(*text);
    return credentials;
}

std::optional<ProxyKind> kind_of(std::string_view scheme) {
    if (scheme == "http") return ProxyKind::http;
    if (scheme == "socks5") return ProxyKind::socks5;
    if (scheme == "socks5h") return ProxyKind::socks5h;
    return std::nullopt;
}

std::unexpected<Error> unusable_kind(std::string_view variable, std::string_view scheme) {
    return hinted(fail(Code::invalid_input, "{} names a proxy of a kind that is not spoken: {}", variable,
                       printable(shortened(scheme, 16))),
                  "write http://, socks5:// or socks5h://, as the proxy speaks it");
}

std::unexpected<Error> no_address(std::string_view variable) {
    return hinted(fail(Code::invalid_input, "{} is not the address of a proxy", variable),
                  "write it as http://host:port or socks5h://host:port, with user:password@ before a host "
                  "that asks for it");
}

bool names_port(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    return colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
}

constexpr std::uint16_t socks_port = 1080;

// The value is never part of an error: it may hold a password.
Result<Proxy> parse_proxy(const std::string& variable, std::string_view text) {
    const std::size_t mark = text.find("://");
    const std::string scheme = mark == std::string_view::npos ? "http" : lowered(text.substr(0, mark));
    if (mark != std::string_view::npos) text.remove_prefix(mark + 3);
    const auto kind = kind_of(scheme);
    if (!kind) return unusable_kind(variable, scheme);
    Proxy proxy{.kind = *kind, .variable = variable};
    text = text.substr(0, text.find_first_of("/?#"));
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        auto credentials = credentials_of(text.substr(0, at), *kind);
        if (!credentials) return failed(credentials.error(), "{}", variable);
        proxy.credentials = std::move(*credentials);
        text.remove_prefix(at + 1);
    }
    auto url = parse_url("http://" + std::string(text));
    if (!url) return no_address(variable);
    proxy.url = std::move(*url);
    if (proxy.socks() && !names_port(text)) proxy.url.port = socks_port;
    return proxy;
}

struct Variable {
    std::string name;
    std::string value;
};

// The lower-case spelling first; its empty value hides the other.
Variable look_up(const ProxySettings::Lookup& variable, std::string_view upper, bool upper_counts = true) {
    const std::string lower = lowered(upper);
    if (auto value = variable(lower)) return {lower, std::string(trimmed(*value))};
    auto value = upper_counts ? variable(upper) : std::nullopt;
    return {std::string(upper), std::string(trimmed(value.value_or("")))};
}

std::vector<std::string> entries_of(std::string_view list) {
    std::vector<std::string> entries;
    std::string entry;
    for (const char c : list) {
        const bool separates = c == ',' || c == ' ' || c == '\t';
        if (!separates) entry += c;
        if (separates && !entry.empty()) entries.push_back(std::exchange(entry, {}));
    }
    if (!entry.empty()) entries.push_back(entry);
    return entries;
}

}  // namespace

bool is_this_machine(std::string_view host) {
    if (host == "localhost" || host.ends_with(".localhost")) return true;
    const auto address = parse_address(host);
    if (!address) return false;
    if (address->bits == 32) return address->bytes[0] == 127;
    return *address == *parse_address("::1");
}

void add_credentials(std::string& message, const Proxy& proxy) {
    if (!proxy.credentials) return;
    if (!proxy.socks()) message += "Proxy-Authorization: ";
    message += proxy.credentials->reveal();
    if (!proxy.socks()) message += "\r\n";
}

ProxySettings ProxySettings::from(const Lookup& variable) {
    const bool under_cgi = variable("REQUEST_METHOD").has_value();
    const Variable all = look_up(variable, "ALL_PROXY");
    Variable http = look_up(variable, "HTTP_PROXY", !under_cgi);
    Variable https = look_up(variable, "HTTPS_PROXY");
    if (http.value.empty() && !variable("http_proxy")) http = all;
    if (https.value.empty() && !variable("https_proxy")) https = all;

    ProxySettings settings;
    settings.excluded = entries_of(look_up(variable, "NO_PROXY").value);
    if (!http.value.empty()) settings.for_http = parse_proxy(http.name, http.value);
    if (!https.value.empty()) settings.for_https = parse_proxy(https.name, https.value);
    return settings;
}

std::vector<Error> ProxySettings::problems() const {
    std::vector<Error> found;
    for (const auto* proxy : {&for_https, &for_http}) {
        const bool unusable = *proxy && !**proxy;
        if (unusable && std::ranges::find(found, (*proxy)->error().message, &Error::message) == found.end())
            found.push_back((*proxy)->error());
    }
    return found;
}

Result<std::optional<Proxy>> find_proxy(const ProxySettings& settings, const Url& target) {
    const auto& proxy = target.secure() ? settings.for_https : settings.for_http;
    if (!proxy || is_this_machine(target.host)) return std::nullopt;
    for (const std::string& entry : settings.excluded) {
        if (excludes(entry, target)) return std::nullopt;
    }
    if (*proxy) return **proxy;
    Error error = proxy->error();
    error.code = Code::unavailable;
    return std::unexpected(std::move(error));
}

bool excludes(std::string_view entry, const Url& target) {
    if (entry == "*") return true;
    if (const std::size_t slash = entry.find('/'); slash != std::string_view::npos) {
        return excludes_block(entry, slash, target.host);
    }
    const auto port = split_port(entry);
    if (port && *port != target.port) return false;
    const auto target_address = parse_address(target.host);
    if (const auto address = parse_address(entry)) return target_address == address;
    if (target_address) return false;

    if (entry.starts_with("*.")) entry.remove_prefix(1);
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.ends_with('.')) entry.remove_suffix(1);
    std::string_view host = target.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (entry.empty() || host.size() < entry.size()) return false;
    const std::string_view tail = host.substr(host.size() - entry.size());
    return equal_ignoring_case(tail, entry) &&
           (host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.');
}

}  // namespace openclaw::net
