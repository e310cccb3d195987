#include "auth/profiles/credential_name.h"

namespace openclaw::auth {

std::string_view name_of(Source source) {
    switch (source) {
        case Source::profile:
            return "profile";
        case Source::environment:
            return "environment";
        case Source::config_key:
            return "config";
        case Source::ambient:
            return "ambient";
        case Source::keyless:
            return "keyless";
    }
    return "profile";
}

std::string credential_name(std::string_view provider, Source source, std::string_view place) {
    return fmt::format("{}\n{}\n{}", provider, name_of(source), place);
}

}  // namespace openclaw::auth
