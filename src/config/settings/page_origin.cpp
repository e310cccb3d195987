#include "config/settings/page_origin.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::config {
namespace {

constexpr std::size_t port_digits_max = 5;

bool is_small_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view name) {
    const auto fits = [](char c) { return is_small_or_digit(c) || c == '-' || c == '_' || c == '.'; };
    return !name.empty() && is_small_or_digit(name.front()) && std::ranges::all_of(name, fits);
}

bool is_ipv6(std::string_view text) {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
}

bool is_port(std::string_view digits) {
    return !digits.empty() && digits.size() <= port_digits_max &&
           digits.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_authority(std::string_view text) {
    const auto colon = text.rfind(':');
    const bool with_port = colon != std::string_view::npos && !text.ends_with(']');
    const auto name = with_port ? text.substr(0, colon) : text;
    return (is_name(name) || is_ipv6(name)) && (!with_port || is_port(text.substr(colon + 1)));
}

bool is_scheme(std::string_view text) {
    const auto fits = [](char c) { return is_small_or_digit(c) || c == '+' || c == '-' || c == '.'; };
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::ranges::all_of(text, fits);
}

std::string_view usual_port(std::string_view scheme) {
    if (scheme == "https") return ":443";
    return scheme == "http" ? ":80" : "";
}

}  // namespace

std::optional<std::string> page_origin(std::string_view text) {
    auto origin = lowered(trimmed(text));
    const auto colon = origin.find("://");
    if (colon == std::string::npos) return std::nullopt;
    if (origin.ends_with('/') && origin.size() > colon + 3) origin.pop_back();
    const auto scheme = std::string_view(origin).substr(0, colon);
    const auto authority = std::string_view(origin).substr(colon + 3);
    if (!is_scheme(scheme) || !is_authority(authority)) return std::nullopt;
    const auto usual = usual_port(scheme);
    if (!usual.empty() && authority.ends_with(usual)) origin.resize(origin.size() - usual.size());
    return origin;
}

std::optional<std::string> host_name(std::string_view text) {
    auto host = lowered(trimmed(text));
    // "null" is what browsers send for pages without an origin.
    if (!is_authority(host) || host == "null") return std::nullopt;
    return host;
}

}  // namespace openclaw::config
