#include "config/files/named_secrets.h"

#include "base/text.h"
#include "config/newer_state.h"

namespace openclaw::config {

Result<std::optional<std::string>> find_named_secret(store::SqliteReader& reader, const std::string& name) {
    const auto known =
        reader.has_table("secret_store_entries", {"scope_kind", "name", "value", "deleted_at_ms"});
    if (!known) return std::unexpected(known.error());
    if (!*known) return std::nullopt;
    auto rows = reader.rows(
        "SELECT value FROM secret_store_entries WHERE scope_kind = 'team' AND name = ? AND "
        "deleted_at_ms IS NULL",
        {name}, 2);
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front().at(0)));
}

Result<std::string> named_secret(platform::FileSystem& files, const Paths& paths, const std::string& name) {
    const Path file = newer_shared_file(paths.state);
    auto reader = store::SqliteReader::open(files, file);
    if (!reader) return failed(reader.error(), "the named secret {}", printable(name));
    auto found = find_named_secret(*reader, name);
    if (!found) return std::unexpected(std::move(found).error());
    if (*found) return std::move(**found);
    return hinted(fail(Code::not_found, "{} holds no secret named {}", file.string(), printable(name)),
                  "write the secret itself, or ${NAME} of a variable, in its place");
}

}  // namespace openclaw::config
