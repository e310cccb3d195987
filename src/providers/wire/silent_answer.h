#pragma once

#include <optional>

#include "providers/wire/attempt.h"

namespace openclaw::providers {

// An answer without a word is told as what it is: tools called that nobody has offered, nothing but
// reasoning, a limit that was met before the first word, a filter. Nothing where there are words, and where a
// model simply had none: it ended by itself, with no token used.
std::optional<Failure> find_silence(const auth::ProviderId& provider, const Completion& completion,
                                    Wordless wordless);

}  // namespace openclaw::providers
