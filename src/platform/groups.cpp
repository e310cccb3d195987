#include "platform/groups.h"

#include <grp.h>
#include <pwd.h>

#include <mutex>

namespace openclaw::platform {
namespace {

// The databases are walked entry by entry with a place that the whole process shares.
std::mutex databases;

bool is_other(const char* name, std::uint32_t user) {
    const passwd* found = ::getpwnam(name);
    return found == nullptr || (found->pw_uid != user && found->pw_uid != 0);
}

bool lists_others(std::uint32_t group, std::uint32_t user) {
    const ::group* found = ::getgrgid(group);
    for (char** name = found != nullptr ? found->gr_mem : nullptr; name != nullptr && *name != nullptr;
         ++name)
        if (is_other(*name, user)) return true;
    return false;
}

// The system's own accounts share root's group; whoever runs as one of them didn't choose it.
bool is_own_group_of_others(std::uint32_t group, std::uint32_t user) {
    if (group == 0) return false;
    bool found = false;
    ::setpwent();
    while (const passwd* entry = found ? nullptr : ::getpwent())
        found = entry->pw_gid == group && entry->pw_uid != user && entry->pw_uid != 0;
    ::endpwent();
    return found;
}

}  // namespace

bool group_has_others(std::uint32_t group, std::uint32_t user) {
    const std::scoped_lock lock(databases);
    return lists_others(group, user) || is_own_group_of_others(group, user);
}

}  // namespace openclaw::platform
