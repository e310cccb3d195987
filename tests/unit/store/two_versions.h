#pragma once

#include <string>

#include "store/document.h"

// A document whose version is changed from 1 to 2, and its bytes before and after.
namespace openclaw::store {

inline const std::string old_text = "{\n  \"version\": 1,\n  \"kept\": \"old\"\n}\n";
inline const std::string new_text = "{\n  \"version\": 2,\n  \"kept\": \"old\"\n}\n";

inline Result<void> set_version_two(Document& document) {
    return document.update([](json::object& content) -> Result<void> {
        content["version"] = 2;
        return {};
    });
}

}  // namespace openclaw::store
