#include "access/keys/kept_keys.h"

#include <gmock/gmock.h>

#include <fstream>

#include "support/memory_key_store.h"
#include "support/temporary_folder.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using openclaw::test::noon;
using test::made_key;
using testing::HasSubstr;
using testing::IsEmpty;

struct Kept : testing::Test {
    openclaw::test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> system = platform::system_files();
    platform::FileSystem& files = *system;
    config::Paths paths = [this] {
        config::Paths made;
        made.state = folder.path();
        return made;
    }();
    KeptKeys keys{files, paths};
    KeyBook book{keys};

    // What another program does to the file.
    void tamper(std::string_view statement) {
        store::Database other(files, keys.path(), {}, {});
        const auto done = other.change([&](store::Transaction& transaction) -> Result<void> {
            const auto changed = transaction.run(statement);
            EXPECT_TRUE(changed) << changed.error().message;
            return {};
        });
        ASSERT_TRUE(done) << done.error().message;
    }
};

TEST_F(Kept, KeysAreReadAsTheyWereMadeByAnyProcess) {
    EXPECT_THAT(*keys.read(), IsEmpty());
    EXPECT_FALSE(platform::exists(files, keys.path())) << "looking makes nothing";
    auto record = made_key("notebook").record;
    record.limits.agents = std::vector<std::string>{"work"};
    record.allowance.streams = 2;
    ASSERT_TRUE(book.add(record, noon));
    KeptKeys other(files, paths);
    EXPECT_EQ(*other.read(), std::vector{record});
    EXPECT_EQ(files.info(keys.path())->mode & 0777, 0600u);
    ASSERT_TRUE(book.note({{.id = record.id, .use = KeyUse{noon + 1s, "192.0.2.1"}}}));
    EXPECT_EQ(other.read()->front().last_used, (KeyUse{noon + 1s, "192.0.2.1"}));
}

TEST_F(Kept, AChangeByAnotherProcessIsNoticed) {
    ASSERT_TRUE(book.add(made_key("one").record, noon));
    const auto before = *keys.version();
    EXPECT_EQ(*keys.version(), before);
    KeptKeys other(files, paths);
    ASSERT_TRUE(KeyBook(other).add(made_key("two").record, noon));
    EXPECT_NE(*keys.version(), before);
}

TEST_F(Kept, ARecordPutInAnothersPlaceClosesThemAll) {
    const auto kid = made_key("kid").record, owner = made_key("owner", Scopes::all()).record;
    ASSERT_TRUE(book.add(kid, noon));
    ASSERT_TRUE(book.add(owner, noon));
    tamper(fmt::format("UPDATE keys SET record = (SELECT record FROM keys WHERE id = '{}') WHERE id = '{}'",
                       owner.id, kid.id));
    const auto read = keys.read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
    EXPECT_THAT(read.error().hint, HasSubstr("mv "));
}

TEST_F(Kept, ARecordThatMakesNoSenseClosesThemAll) {
    ASSERT_TRUE(book.add(made_key("kid").record, noon));
    for (const char* record : {"", "{", "[]", "{}", "null"}) {
        tamper(fmt::format("UPDATE keys SET record = '{}'", record));
        EXPECT_EQ(keys.read().error().code, Code::corrupt) << record;
    }
}

TEST_F(Kept, ADamagedFileIsLeftAsItIsAndNamed) {
    ASSERT_TRUE(platform::make_folders(files, keys.path().parent_path(), 0700));
    std::ofstream(keys.path()) << std::string(8192, 'x');
    const auto read = keys.read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
    EXPECT_THAT(read.error().message, HasSubstr(keys.path().string()));
    EXPECT_EQ(book.add(made_key("x").record, noon).error().code, Code::corrupt);
    EXPECT_EQ(files.info(keys.path())->size, 8192u);
}

}  // namespace
}  // namespace openclaw::access
