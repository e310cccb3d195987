#include "base/version.h"

namespace openclaw {

std::string_view version() {
    return OPENCLAW_VERSION;
}

}  // namespace openclaw
