#pragma once

#include <string_view>

#include "providers/failures/error_body.h"

namespace openclaw::providers {

// Adds what a text says: the JSON in it, a status where it is marked as one ("HTTP 429", "status code 429",
// "429 Too Many Requests"; never a number that merely stands in a sentence), the name of an exception, and
// the words.
void read_text(ErrorBody& found, std::string_view text, int nesting = 0);

}  // namespace openclaw::providers
