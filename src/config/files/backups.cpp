#include "config/files/backups.h"

#include "config/files/load.h"
#include "config/files/writer.h"
#include "config/settings/secrets.h"
#include "store/replace_file.h"

namespace openclaw::config {
namespace {

Path backup(const Path& file, int number) {
    return file.string() + (number == 0 ? ".bak" : fmt::format(".bak.{}", number));
}

bool holds_any(std::string_view text, const Literals& literals) {
    return std::ranges::any_of(literals, [&](const std::string& literal) { return text.contains(literal); });
}

Path prepared(const Path& file) {
    return file.string() + ".bak.new";
}

// Rewrites one backup if it holds what it must not.
Result<void> clean(platform::FileSystem& files, const Path& path, const BackupRules& rules) {
    auto text = platform::read_if_exists(files, path, config_bytes_max);
    if (!text && text.error().code != Code::too_large) return std::unexpected(std::move(text).error());
    if (text && !*text) return {};
    const auto cleaned = text ? without_old_secrets(**text, rules.kept, rules.retired) : std::nullopt;
    if (!cleaned) return !text || holds_any(**text, rules.retired) ? files.remove(path) : Result<void>();
    if (*cleaned != **text) return store::replace_file(files, path, *cleaned);
    const auto info = files.info(path);
    return info && info->mode != 0600U ? files.set_mode(path, 0600) : Result<void>();
}

}  // namespace

Result<void> prepare_backup(platform::FileSystem& files, const Path& file, std::string_view text,
                            const BackupRules& rules) {
    store::remove_strays(files, prepared(file));
    for (int number = 0; number < backups_max; ++number) {
        const auto path = backup(file, number);
        store::remove_strays(files, path);
        const auto info = files.link_info(path);
        if (info && info->kind == platform::FileKind::directory)
            return hinted(fail(Code::unavailable, "{} is a folder", path.string()),
                          "give the folder another name: backups of the config stand there");
    }
    const auto cleaned = without_old_secrets(text, rules.kept, rules.retired);
    return store::replace_file(files, prepared(file), cleaned.value_or(std::string(text)));
}

void drop_prepared(platform::FileSystem& files, const Path& file) {
    [[maybe_unused]] const auto removed = files.remove(prepared(file));
}

Result<void> rotate_backups(platform::FileSystem& files, const Path& file, const BackupRules& rules) {
    // Cleaned before they move: a crash in between leaves nothing that must not be there.
    for (int number = 0; number + 1 < backups_max; ++number)
        if (auto ok = clean(files, backup(file, number), rules); !ok) return ok;
    for (int number = backups_max - 1; number > 0; --number) {
        auto moved = files.rename(backup(file, number - 1), backup(file, number));
        if (!moved && moved.error().code != Code::not_found) return moved;
    }
    return files.rename(prepared(file), backup(file, 0));
}

}  // namespace openclaw::config
