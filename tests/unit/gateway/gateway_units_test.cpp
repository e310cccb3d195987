#include "gateway/client/gateway_units.h"

#include <gmock/gmock.h>

#include "support/faulty_file_system.h"

namespace openclaw::gateway {
namespace {

using testing::ElementsAre;

constexpr auto of_reference =
    "[Service]\nExecStart=/usr/bin/node /opt/openclaw/dist/index.js gateway --port 18789\n";

std::vector<std::string> described(const std::vector<GatewayUnit>& units) {
    std::vector<std::string> texts;
    for (const auto& unit : units)
        texts.push_back(fmt::format("{} {} {}", unit.scope, unit.program, unit.file.string()));
    return texts;
}

TEST(GatewayUnits, AreTheUsersAndWithDeepTheSystemsToo) {
    test::MemoryFileSystem files;
    files.put("/home/u/.config/systemd/user/openclaw-gateway.service", of_reference);
    files.put("/home/u/.config/systemd/user/backup.service", "[Service]\nExecStart=/usr/bin/restic backup\n");
    files.put("/home/u/.config/systemd/user/openclaw.timer", of_reference);
    files.put("/etc/systemd/system/bot.service",
              "[Unit]\n[Service]\n  ExecStart=/usr/local/bin/clawdbot gateway run\n");
    files.put("/usr/lib/systemd/system/bot.service", of_reference);
    files.put("/usr/lib/systemd/system/chat.service", "[Service]\nExecStart=/usr/bin/openclaw chat\n");
    EXPECT_THAT(described(find_gateway_units(files, "/home/u", false)),
                ElementsAre("user openclaw /home/u/.config/systemd/user/openclaw-gateway.service"));
    EXPECT_THAT(described(find_gateway_units(files, "/home/u", true)),
                ElementsAre("user openclaw /home/u/.config/systemd/user/openclaw-gateway.service",
                            "system clawdbot /etc/systemd/system/bot.service"));
}

TEST(GatewayUnits, PassOverWhatCanNotBeRead) {
    test::MemoryFileSystem memory;
    memory.put("/home/u/.config/systemd/user/a.service", of_reference);
    memory.put("/home/u/.config/systemd/user/b.service", of_reference);
    memory.put("/home/u/.config/systemd/user/c.service", std::string(70'000, '#') + of_reference);
    test::FaultyFileSystem files(memory);
    files.fail_at(2, EACCES);
    EXPECT_THAT(described(find_gateway_units(files, "/home/u", true)),
                ElementsAre("user openclaw /home/u/.config/systemd/user/b.service"));
    EXPECT_TRUE(find_gateway_units(files, "/nowhere", false).empty());
}

}  // namespace
}  // namespace openclaw::gateway
