#pragma once

#include <string>

namespace openclaw::config {

// docs/settings.md, made from the settings table.
std::string settings_page();

}  // namespace openclaw::config
