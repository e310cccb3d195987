#pragma once

#include <string>
#include <string_view>

namespace openclaw::providers {

// Some servers cut their answer between the two halves of a UTF-16 pair and send each half as an escape
// of its own ("\ud83e" in one event, "\udd9e" in the next), each broken where it stands. Holds the first
// half back at the end of its text until the second comes; one that stays alone becomes U+FFFD or, at
// the end of an answer, nothing.
class SurrogateJoiner {
public:
    // False: this text has no such escape, and is whole as it stands.
    static bool concerns(std::string_view json_text);
    // The same JSON text with whole pairs only.
    std::string joined(std::string json_text);

private:
    std::string held_;  // "\ud83e", or empty
};

}  // namespace openclaw::providers
