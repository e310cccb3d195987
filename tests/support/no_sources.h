#pragma once

#include "credentials/secret_sources.h"

namespace openclaw::test {

// No secret stands in a file or behind a command, and nobody redacts.
inline credentials::SourceMeans no_sources() {
    return {.processes = nullptr, .user_id = 1000, .random = {}, .on_secrets = {}};
}

}  // namespace openclaw::test
