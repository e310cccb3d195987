#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "gateway/protocol/frames.h"

namespace openclaw::gateway {

// Reads a request's params and collects what is wrong with them, in the words of the reference: "must have
// required property 'x'", "at /x: must be string". Members that nobody asks for are tolerated, because newer
// clients send more than older schemas knew.
class Params {
public:
    Params(std::string_view method, const json::value& params);

    std::string required_text(std::string_view name, bool may_be_empty = false);
    std::optional<std::string> text(std::string_view name);  // null counts as absent
    std::optional<std::string> filled_text(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
    bool flag(std::string_view name, bool fallback);
    std::vector<std::string> texts(std::string_view name);
    std::vector<std::string> required_texts(std::string_view name);
    // The named object's own members, empty when absent.
    const json::object& object(std::string_view name);
    bool has(std::string_view name) const;
    const json::object& all() const { return params_; }
    void add_problem(std::string problem);

    // Call after reading everything: what to answer, or nothing.
    std::optional<WireError> problem() const;

private:
    const json::value* find(std::string_view name) const;

    std::string method_;
    const json::object& params_;
    std::vector<std::string> problems_;
};

}  // namespace openclaw::gateway
