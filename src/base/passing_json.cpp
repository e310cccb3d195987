#include "base/passing_json.h"

#include <utility>

namespace openclaw {

const json::value* PassingJson::read(std::string_view text, std::size_t bytes_max) {
    value_.reset();
    memory_.emplace(room_.data(), room_.size());
    auto parsed = parse_json(text, bytes_max, usual_depth_max, &*memory_);
    if (!parsed) return nullptr;
    return &value_.emplace(std::move(*parsed));
}

}  // namespace openclaw
