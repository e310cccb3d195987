#pragma once

#include <string_view>

#include "providers/failures/error_body.h"

namespace openclaw::providers {

// A web page, also behind a few words ("unexpected status 403 Forbidden: <html>…").
bool is_page(std::string_view text);

// Adds what a page says: that it is one, its title, its status where it names one. Never its text.
void read_page(ErrorBody& found, std::string_view page, int nesting);

}  // namespace openclaw::providers
