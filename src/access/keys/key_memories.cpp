#include "access/keys/key_memories.h"

namespace openclaw::access {

namespace {

std::vector<TimePoint> ends_of(const KeyRecord& record) {
    std::vector<TimePoint> ends;
    if (record.ends) ends.push_back(*record.ends);
    if (record.earlier) ends.push_back(record.earlier->ends);
    return ends;
}

}  // namespace

std::shared_ptr<const KeySet> KeyMemories::set_of(Result<std::vector<KeyRecord>> records, TimePoint now,
                                                  KeyMemory::Steady steady) {
    if (!records) return std::make_shared<const KeySet>(KeySet::closed(std::move(records).error()));
    std::map<std::string, std::shared_ptr<KeyMemory>> memories;
    std::vector<KeySet::Known> keys;
    for (auto& record : *records) {
        const auto known = memories_.find(record.id);
        auto memory = known == memories_.end() ? std::make_shared<KeyMemory>() : known->second;
        // Longer than one is ever kept: the clock was set back.
        if (record.earlier && record.earlier->ends - now > key_grace_max) record.earlier.reset();
        memory->await(ends_of(record), now, steady);
        memory->release(record.releases);
        memories.emplace(record.id, memory);
        keys.push_back({.record = std::move(record), .memory = std::move(memory)});
    }
    memories_ = std::move(memories);
    std::erase_if(passed_, [&](const auto& each) { return !memories_.contains(each.first); });
    std::erase_if(unwritten_, [&](const auto& each) { return !memories_.contains(each.first); });
    return std::make_shared<const KeySet>(std::move(keys));
}

bool KeyMemories::look(TimePoint now, KeyMemory::Steady steady) {
    bool news = false;
    for (const auto& [id, memory] : memories_)
        for (const auto end : memory->look(now, steady)) {
            passed_[id].push_back(end);
            news = true;
        }
    return news;
}

std::vector<KeyBook::News> KeyMemories::take_news() {
    std::vector<KeyBook::News> all;
    for (const auto& [id, memory] : memories_) {
        KeyBook::News news{.id = id, .use = memory->take_use()};
        if (const auto kept = unwritten_.find(id); !news.use && kept != unwritten_.end())
            news.use = kept->second;
        if (const auto kept = passed_.find(id); kept != passed_.end()) news.passed = kept->second;
        if (news.use || !news.passed.empty()) all.push_back(std::move(news));
    }
    unwritten_.clear();
    passed_.clear();
    return all;
}

void KeyMemories::give_back(std::vector<KeyBook::News> news) {
    for (auto& [id, use, passed] : news) {
        if (!memories_.contains(id)) continue;
        if (use) unwritten_.emplace(id, std::move(*use));
        auto& kept = passed_[id];
        kept.insert(kept.end(), passed.begin(), passed.end());
    }
}

}  // namespace openclaw::access
