#include "access/authority/sightings.h"

#include <gmock/gmock.h>

#include <future>

#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Path seen_file = folder / "seen.json";

void write_now(Sightings& sightings) {
    std::promise<void> done;
    sightings.flush([&] { done.set_value(); });
    done.get_future().wait();
}
std::vector<Sighting> read(platform::FileSystem& files) {
    return Sightings::read(files, seen_file).value_or(std::vector<Sighting>());
}

TEST(Sightings, KeepTheFirstAndTheLastTimeFromEachAddress) {
    MemoryFileSystem files;
    EXPECT_THAT(read(files), IsEmpty());
    {
        Sightings sightings(files, seen_file);
        sightings.note("crt_a", "10.0.0.1", noon);
        sightings.note("crt_a", "10.0.0.1", noon + Milliseconds(5));
        sightings.note("crt_a", "10.0.0.2", noon + Milliseconds(3));
        write_now(sightings);
        sightings.note("crt_a", "10.0.0.1", noon + Milliseconds(9));
    }
    EXPECT_THAT(read(files),
                ElementsAre(Sighting{"crt_a", "10.0.0.1", noon, noon + Milliseconds(9)},
                            Sighting{"crt_a", "10.0.0.2", noon + Milliseconds(3), noon + Milliseconds(3)}));
}

TEST(Sightings, WaitInMemoryWhileTheDiskRefuses) {
    MemoryFileSystem files;
    FaultyFileSystem disk(files);
    Sightings sightings(disk, seen_file);
    disk.refuse_writes(true);
    sightings.note("token", "10.0.0.1", noon);
    write_now(sightings);
    EXPECT_THAT(read(files), IsEmpty());
    disk.refuse_writes(false);
    sightings.note("token", "10.0.0.1", noon + Milliseconds(1));
    write_now(sightings);
    EXPECT_THAT(read(files), ElementsAre(Sighting{"token", "10.0.0.1", noon, noon + Milliseconds(1)}));
}

TEST(Sightings, KeepABoundWhoeverComesFromWherever) {
    MemoryFileSystem files;
    Sightings sightings(files, seen_file);
    for (int at = 0; at < 50; ++at)
        sightings.note("token", "10.0.0." + std::to_string(at), noon + Milliseconds(at));
    sightings.note("crt_a", std::string(1000, 'x'), noon);
    write_now(sightings);
    const auto found = read(files);
    EXPECT_THAT(found, SizeIs(9));
    EXPECT_EQ(found.front().address, "10.0.0.49") << "the newest stay";
    EXPECT_EQ(found.back().address.size(), 64u);
}

TEST(Sightings, LeaveADamagedFileAsItIs) {
    MemoryFileSystem files;
    files.put(seen_file, "{");
    Sightings sightings(files, seen_file);
    sightings.note("token", "10.0.0.1", noon);
    write_now(sightings);
    EXPECT_EQ(files.text_of(seen_file), "{");
    EXPECT_EQ(Sightings::read(files, seen_file).error().code, Code::corrupt);
    files.put(seen_file, R"({"callers":{"a":1,"b":{"x":{}},"c":{"y":{"firstAt":1,"lastAt":2}}}})");
    EXPECT_THAT(read(files), ElementsAre(Sighting{"c", "y", from_ms(1), from_ms(2)}));
}

}  // namespace
}  // namespace openclaw::access
