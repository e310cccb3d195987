// Named keys of a running gateway by themselves: who reads them, when, and what is written behind.
#include "gateway/serving/key_keeper.h"

#include <gmock/gmock.h>

#include "support/fake_log.h"
#include "support/memory_key_store.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;
using access::test::made_key;
using testing::HasSubstr;

class KeyKeeperWorld : public testing::Test {
protected:
    ~KeyKeeperWorld() override {
        life.ending.request();
        loop.run_until(tasks.join());
    }
    void read() { loop.run_until(keeper.reread()); }
    bool opens(const access::test::MadeKey& key) {
        return doorman
            .judge({.secret = Secret(key.text), .key = key.offered()},
                   {.surface = "http", .verb = "POST", .object = "/", .guesser = {.address = "192.0.2.1"}})
            .has_value();
    }

    net::Loop loop;
    test::FakeClock clock;
    test::FakeLog log;
    net::TaskGroup tasks{loop};
    Lifetime life{.started = {}, .stopping = false, .ending = {}};
    std::shared_ptr<access::test::MemoryKeyStore> store = std::make_shared<access::test::MemoryKeyStore>();
    access::KeyBook book{*store};
    int changes = 0;
    access::Doorman doorman{{.clock = clock,
                             .log = log,
                             .on_admitted =
                                 [this](const access::Policy& lock, const access::Principal& who,
                                        const access::Arrival& arrival) {
                                     lock.keys->note_use(who, arrival.guesser.address, clock.now());
                                 }},
                            access::Policy{},
                            {}};
    KeyKeeper keeper{{.loop = loop,
                      .tasks = tasks,
                      .clock = clock,
                      .log = log,
                      .life = life,
                      .store = store,
                      .doorman = doorman,
                      .lock_changed = [this] { ++changes; }}};
};

TEST_F(KeyKeeperWorld, TakesOverWhatAnybodyHasChangedAndReadsOffTheLoop) {
    const auto key = made_key("notebook");
    keeper.begin();
    EXPECT_FALSE(opens(key));
    ASSERT_TRUE(book.add(key.record, clock.now()));
    read();
    EXPECT_TRUE(opens(key));
    EXPECT_NE(store->read_by.load(), std::this_thread::get_id());
    ASSERT_TRUE(book.revoke(key.record.id, clock.now()));
    changes = 0;
    read();
    EXPECT_FALSE(opens(key));
    EXPECT_EQ(changes, 1);
}

TEST_F(KeyKeeperWorld, ReadsNoRecordsWhileNothingChanges) {
    ASSERT_TRUE(book.add(made_key("notebook").record, clock.now()));
    keeper.begin();
    changes = 0;
    const int before = store->reads;
    for (int look = 0; look < 10; ++look) read();
    EXPECT_EQ(store->reads, before);
    EXPECT_EQ(changes, 0);
}

TEST_F(KeyKeeperWorld, TellsNobodyWhereSomethingElseInTheSameDatabaseWasChanged) {
    const auto key = made_key("notebook");
    ASSERT_TRUE(book.add(key.record, clock.now()));
    keeper.begin();
    changes = 0;
    store->touch();
    for (int look = 0; look < 3; ++look) read();
    EXPECT_EQ(changes, 0);
    EXPECT_TRUE(opens(key));
    ASSERT_TRUE(book.revoke(key.record.id, clock.now()));
    read();
    EXPECT_FALSE(opens(key));
}

TEST_F(KeyKeeperWorld, LetsNoKeyInWhileTheRecordsCanNotBeReadAndSaysSoOnce) {
    const auto key = made_key("notebook");
    ASSERT_TRUE(book.add(key.record, clock.now()));
    keeper.begin();
    EXPECT_EQ(keeper.problem(), "");
    store->touch();
    store->problem = Error{Code::corrupt, "the database is damaged", "bring back a copy"};
    for (int look = 0; look < 3; ++look) read();
    EXPECT_FALSE(opens(key));
    EXPECT_EQ(keeper.problem(), "the database is damaged; bring back a copy");
    const auto lines = log.lines();
    EXPECT_EQ(std::ranges::count_if(
                  lines, [](const std::string& line) { return line.contains("no named key opens"); }),
              1);
    store->problem.reset();
    read();
    EXPECT_TRUE(opens(key));
    EXPECT_EQ(keeper.problem(), "");
}

TEST_F(KeyKeeperWorld, WritesWhenAKeyWasUsedAtTheLatestWhenItEnds) {
    const auto key = made_key("notebook");
    ASSERT_TRUE(book.add(key.record, clock.now()));
    keeper.begin();
    keeper.follow();
    EXPECT_TRUE(opens(key));
    EXPECT_FALSE(store->records.front().last_used);
    life.ending.request();
    loop.run_until(tasks.join());
    EXPECT_EQ(store->records.front().last_used, (access::KeyUse{.at = clock.now(), .address = "192.0.2.1"}));
}

TEST_F(KeyKeeperWorld, WritesWhenAKeyWasUsedForWhoAsks) {
    const auto key = made_key("notebook");
    ASSERT_TRUE(book.add(key.record, clock.now()));
    keeper.begin();
    EXPECT_TRUE(opens(key));
    EXPECT_FALSE(store->records.front().last_used);
    read();
    EXPECT_EQ(store->records.front().last_used, (access::KeyUse{.at = clock.now(), .address = "192.0.2.1"}));
}

}  // namespace
}  // namespace openclaw::gateway
