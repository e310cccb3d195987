#pragma once

#include <optional>
#include <string_view>

namespace openclaw::auth {

// Why a text can't be a credential, whoever gave it.
struct NoCredential {
    enum class Kind {
        text,         // it is something else, or a part of one
        damage,       // what a header can't carry stands in it
        placeholder,  // of an example: servers of one's own may want just that
    };
    Kind kind = Kind::text;
    std::string_view why;   // "this is the path of a file, not a key"
    std::string_view hint;  // for who pasted it
};

// Nothing of a text that may be one. What is asked is the text alone, trimmed: not whether it suits a
// provider.
std::optional<NoCredential> evidently_no_credential(std::string_view text);

}  // namespace openclaw::auth
