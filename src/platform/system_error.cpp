#include "platform/system_error.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace openclaw::platform {
namespace {

Code code_of(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            return Code::not_found;
        case EACCES:
        case EPERM:
            return Code::denied;
        case ENOSPC:
        case EDQUOT:
        case EROFS:
            return Code::no_space;
        case EEXIST:
        case EBUSY:
        case EXDEV:
            return Code::busy;
        case EFBIG:
            return Code::too_large;
        default:
            return Code::unavailable;
    }
}

// The path, or the nearest folder above it that is there and may be looked at.
Path standing(Path path) {
    struct stat found{};
    while (path.has_relative_path() && ::lstat(path.c_str(), &found) != 0) path = path.parent_path();
    return path.empty() ? Path(".") : path;
}

std::string hint_for(int number, const Path& path) {
    switch (number) {
        case EACCES:
        case EPERM:
            return fmt::format("check who owns it: ls -ld {}", standing(path).string());
        case ENOSPC:
        case EDQUOT:
            return "free some space on that disk and try again";
        case EROFS:
            return "the disk is mounted read-only: choose another state directory with OPENCLAW_STATE_DIR";
        default:
            return {};
    }
}

}  // namespace

std::unexpected<Error> system_failure(int number, std::string_view doing, const Path& path) {
    auto reason = std::generic_category().message(number);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z')
        reason[0] = static_cast<char>(reason[0] + 32);
    return std::unexpected(Error{code_of(number), fmt::format("{} {}: {}", doing, path.string(), reason),
                                 hint_for(number, path)});
}

std::unexpected<Error> entry_failure(int number, std::string_view doing, const Path& path) {
    auto failure = system_failure(number, doing, path);
    failure.error().hint = hint_for(number, path.parent_path());
    return failure;
}

}  // namespace openclaw::platform
