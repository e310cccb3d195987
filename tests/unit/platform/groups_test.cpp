#include "platform/groups.h"

#include <gtest/gtest.h>
#include <pwd.h>

#include <optional>

namespace openclaw::platform {
namespace {

// An account of this system, neither root's nor in its group.
struct Account {
    std::uint32_t user, group;
};
std::optional<Account> some_account() {
    std::optional<Account> found;
    ::setpwent();
    while (const passwd* entry = ::getpwent())
        if (entry->pw_uid != 0 && entry->pw_gid != 0 && !found) found = {entry->pw_uid, entry->pw_gid};
    ::endpwent();
    return found;
}

TEST(Groups, HaveOthersWhereSomebodyElseIsIn) {
    const auto account = some_account();
    if (!account) GTEST_SKIP() << "this system knows root alone";
    EXPECT_TRUE(group_has_others(account->group, account->user + 100'000)) << "the account's own group";
    EXPECT_FALSE(group_has_others(4'000'000'000, account->user)) << "a group that nobody knows";
}

TEST(Groups, OfOnesOwnHaveNoOthers) {
    EXPECT_FALSE(group_has_others(0, 1000)) << "the system's accounts in root's group don't count";
    if (const auto account = some_account(); account && account->user == account->group)
        EXPECT_FALSE(group_has_others(account->group, account->user));
}

}  // namespace
}  // namespace openclaw::platform
