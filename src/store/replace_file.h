#pragma once

#include <functional>
#include <string_view>

#include "platform/file_system.h"

namespace openclaw::store {

using platform::FileSystem;
using platform::Path;

// Replaces a file in one step: temporary file beside it, mode 0600, fsync, rename, fsync of the folder.
// Readers see the old text or the new one. The caller holds the store's lock. A symbolic link stays: the
// file that it names is replaced. The owner stays too: what root writes for a user remains the user's, and
// a file that can't keep its owner is not touched (`denied`). On an error before the rename the old text
// stands and the temporary file is gone; an error of the last fsync says that the new text stands but may not
// survive a power cut. `last_look` is asked when the new text is on the disk and only the rename is left; its
// error leaves the old text. `replaced` is told as soon as readers see the new one.
// A file that is a mount of its own can't be renamed over: there the new text, whole and synced, becomes
// `<file>.pending`, the file is written where it is, and what is pending goes. Where that can't be done
// either (the mount is read-only), the error names the mount and the old text stands.
Result<void> replace_file(FileSystem& files, const Path& path, std::string_view text,
                          std::uint32_t mode = 0600, const std::function<Result<void>()>& last_look = {},
                          const std::function<void()>& replaced = {});

// Removes the temporary files that writers of this file left when they were killed; they may hold secrets.
// The caller holds the lock, so that none of them is in use. What can't be removed stays for the next time.
void remove_strays(FileSystem& files, const Path& real_path);

// Where a path leads: itself unless it is a symbolic link. A link to nothing is an error.
Result<Path> real_target(FileSystem& files, const Path& path);

// The text of a file that `replace_file` writes. One that was being written in place is a beginning of what
// is pending beside it; then that is its text.
Result<std::string> read_replaced(FileSystem& files, const Path& path, std::size_t bytes_max);
// Under the lock, before a change: ends a write in place that was interrupted, and forgets what is pending
// beside a file that holds something else.
Result<void> settle_pending(FileSystem& files, const Path& real_path);

// An error of something beside a file (its lock, a new text), with a word about the mount where the file is
// one of its own: its folder is then somebody else's doing.
Error naming_mount(Error error, FileSystem& files, const Path& real_path);

// The lock of a document or log: `<file>.flock` beside the real file, kernel-released, never removed.
Path lock_path_of(const Path& real_path);

}  // namespace openclaw::store
