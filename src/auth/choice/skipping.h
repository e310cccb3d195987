#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace openclaw::auth {

// Lets a walk over thousands of slots pass those by that surely can't be used now, 64 at a time. Each slot
// has a span of time in which it is surely unusable; a block is passed by while `now` lies in the spans of
// all of its slots. It only ever says "surely not": whoever is not passed by is still asked.
class Skipping {
public:
    static constexpr std::size_t block_size = 64;

    // Unusable in [from, until).
    struct Span {
        std::int64_t from = std::numeric_limits<std::int64_t>::max(), until = 0;
        static Span always() {
            return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
        }
        static Span never() { return {}; }
    };

    void resize(std::size_t slots) { blocks_.assign((slots + block_size - 1) / block_size, {}); }
    // What stands at the places first to last, inclusive, has changed.
    void forget(std::size_t first, std::size_t last) {
        for (auto block = first / block_size; block <= last / block_size && block < blocks_.size(); ++block)
            blocks_[block].known = false;
    }
    // From a place that begins a block: whether the whole block can be passed by. `span_at` gives a place's
    // span and is asked only when the block isn't known.
    template <class SpanAt>
    bool passes(std::size_t place, std::size_t slots, std::int64_t now, SpanAt span_at) {
        auto& block = blocks_[place / block_size];
        if (!block.known) {
            block = {.span = Span::always(), .known = true};
            for (auto at = place; at < place + block_size && at < slots; ++at) {
                const Span span = span_at(at);
                block.span.from = block.span.from > span.from ? block.span.from : span.from;
                block.span.until = block.span.until < span.until ? block.span.until : span.until;
            }
        }
        return block.span.from <= now && now < block.span.until;
    }

private:
    struct Block {
        Span span = {};
        bool known = false;
    };
    std::vector<Block> blocks_;
};

}  // namespace openclaw::auth
