#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

#include "base/clock.h"
#include "base/json.h"
#include "store/replace_file.h"

namespace openclaw::store {

// A JSON object in a file that several processes share. It changes only through `update`, which reads it
// again under the lock, so that two processes can't undo each other's work. Members that a change doesn't
// touch survive it, in their order, broken text (base/broken_text.h) with its bytes. Usable from several
// threads.
class Document {
public:
    struct Options {
        std::size_t bytes_max = 8u << 20;
        Milliseconds lock_wait = std::chrono::seconds(10);
        std::uint32_t folder_mode = 0700;  // of folders that are missing
        // How the text is read; empty: strict JSON. It is always written as JSON.
        std::function<Result<json::value>(std::string_view)> parse = {};
        // What to do about a damaged file.
        std::string damage_hint = "the file was not touched: repair it, or move it away to start afresh";
    };
    using Snapshot = std::shared_ptr<const json::object>;

    Document(FileSystem& files, Path path, Options options);
    Document(FileSystem& files, Path path) : Document(files, std::move(path), Options()) {}

    // The content now; null when there is no file, which is normal. Read again only when the file has
    // changed. Takes no lock and writes nothing. A damaged file is `corrupt`, one over its bound
    // `too_large`; neither is ever overwritten.
    Result<Snapshot> load();
    // What stood there when it was last looked at. Waits for no disk.
    std::optional<Snapshot> known();

    // Lock, read again, change, write aside, rename. `change` gets the content (empty when there is no
    // file) and returns a Result<T>; an error from it writes nothing, nor does a change that changes
    // nothing. It may run while other processes wait: no waiting inside. It runs again, with what stands
    // there then, when somebody who knows nothing of the lock, an editor say, changed the file meanwhile.
    template <class Change>
    auto update(Change change) -> std::invoke_result_t<Change, json::object&> {
        std::optional<std::invoke_result_t<Change, json::object&>> outcome;
        const auto run = [&](json::object& content) -> Result<void> {
            outcome.emplace(change(content));
            if (!*outcome) return std::unexpected(outcome->error());
            return {};
        };
        if (auto saved = apply(run); !saved) return std::unexpected(std::move(saved).error());
        return std::move(*outcome);
    }

    // Copies a damaged file as it is, mode 0600, to a name of its own beside it and starts over with what
    // `rebuild` makes of its text. Only ever called because the person said so. Gives the copy's path;
    // nothing when the file is sound or isn't there.
    Result<std::optional<Path>> set_aside(TimePoint now,
                                          const std::function<json::object(std::string_view)>& rebuild);

    const Path& path() const { return path_; }

private:
    struct Opened {
        Path target;
        std::unique_ptr<platform::FileLock> lock;
    };
    Result<Opened> open_locked();
    struct Content {
        Snapshot snapshot;
        bool as_written = true;  // false: something in the file is broken, and stands otherwise here
    };
    Result<Content> read(const Path& target);
    Result<Content> as_it_stands(const Path& target, const Result<platform::FileInfo>& seen);
    Result<void> apply(const std::function<Result<void>(json::object&)>& change);
    Result<bool> try_apply(const Path& target, const std::function<Result<void>(json::object&)>& change);
    void remember(const Path& target, Snapshot content);

    FileSystem& files_;
    Path path_;
    Options options_;
    std::mutex cache_mutex_;
    std::optional<platform::FileInfo> cached_info_;
    Content cached_;
};

}  // namespace openclaw::store
