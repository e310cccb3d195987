#include "net/http/redirect.h"

#include "base/text.h"

namespace openclaw::net {

std::optional<Url> find_redirect(const Url& asked, std::string_view location) {
    location = trimmed(location.substr(0, location.find('#')));
    if (location.empty()) return std::nullopt;
    const bool whole = location.substr(0, location.find_first_of("/?")).find(':') != std::string_view::npos;
    if (whole || location.starts_with("//")) {
        auto url = parse_url(whole ? std::string(location) : fmt::format("{}:{}", asked.scheme, location));
        return url ? std::optional(std::move(*url)) : std::nullopt;
    }
    Url target = asked;
    if (location.starts_with('/')) {
        target.target = location;
        return target;
    }
    const std::string_view path = std::string_view(asked.target).substr(0, asked.target.find('?'));
    const auto kept = location.starts_with('?') ? path : path.substr(0, path.rfind('/') + 1);
    target.target = fmt::format("{}{}", kept, location);
    return target;
}

bool is_same_origin(const Url& one, const Url& other) {
    return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

}  // namespace openclaw::net
