#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/keys/key_book.h"
#include "access/keys/key_set.h"

namespace openclaw::access {

// What a running gateway remembers of its keys from one reading of their records to the next, and what it has
// learned of them that isn't written yet. Belongs to one thread.
class KeyMemories {
public:
    // The keys as they are read now. Records that can't be read close the door to all keys.
    std::shared_ptr<const KeySet> set_of(Result<std::vector<KeyRecord>> records, TimePoint now,
                                         KeyMemory::Steady steady);
    // Whether something has ended since the last look.
    bool look(TimePoint now, KeyMemory::Steady steady);

    // What is to be written, each once; what could not be written comes again.
    std::vector<KeyBook::News> take_news();
    void give_back(std::vector<KeyBook::News> news);

private:
    std::map<std::string, std::shared_ptr<KeyMemory>> memories_;
    std::map<std::string, std::vector<TimePoint>> passed_;
    std::map<std::string, KeyUse> unwritten_;
};

}  // namespace openclaw::access
