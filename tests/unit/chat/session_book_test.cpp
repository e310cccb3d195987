#include "chat/sessions/session_book.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/faulty_file_system.h"
#include "support/memory_file_system.h"

namespace openclaw::chat {
namespace {

using test::noon;

// A book of conversations on a disk that takes nothing.
class BookWorld {
public:
    BookWorld() { faults.refuse_writes(true); }

    SessionEntry entry(int number) const {
        SessionEntry entry;
        entry.session_id = fmt::format("session-{:04}", number);
        return entry;
    }
    void say_in(int number) {
        book.conversation(store, entry(number))->add(user_entry("hello", "run", noon), noon);
        book.wake();
    }
    void try_to_write() { loop.run_until(book.flush()); }
    bool keeps(int number) { return book.find_conversation(store, entry(number)) != nullptr; }

    test::MemoryFileSystem disk;
    test::FaultyFileSystem faults{disk};
    net::Loop loop;
    test::FakeLog log;
    SessionStore store{faults, "/s/sessions.json", main_session("main")};
    SessionBook book{faults, loop, log};
};

constexpr int kept_max = 256, counted_every = 16;

TEST(SessionBook, KeepsOfConversationsThatCantBeWrittenTheLastOnes) {
    BookWorld world;
    constexpr int all = 3 * kept_max;
    for (int number = 0; number < all; ++number) {
        world.say_in(number);
        if (number % counted_every == 0) world.try_to_write();
    }
    int kept = 0;
    for (int number = 0; number < all; ++number) {
        const bool has = world.keeps(number);
        kept += has ? 1 : 0;
        if (number >= all - kept_max) EXPECT_TRUE(has) << number;
    }
    // They are counted now and then, and one is unwritable only once that was tried.
    EXPECT_LE(kept, kept_max + 2 * counted_every);
}

TEST(SessionBook, KeepsAllThatNobodyHasTriedToWrite) {
    BookWorld world;
    for (int number = 0; number < kept_max; ++number) world.say_in(number);
    for (int number = 0; number < kept_max; ++number) EXPECT_TRUE(world.keeps(number)) << number;
}

}  // namespace
}  // namespace openclaw::chat
