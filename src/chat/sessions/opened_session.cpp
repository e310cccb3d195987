#include "chat/sessions/opened_session.h"

#include "base/random.h"
#include "chat/sessions/session_reset.h"

namespace openclaw::chat {
namespace {

bool is_over(const SessionEntry& entry, const json::object& record, const SessionQuestion& question) {
    if (entry.session_id.empty()) return true;
    const auto channel = string_at(record, "lastChannel").value_or("");
    return is_stale(ResetPolicy::from(*question.config, question.key, channel), entry.updated, question.now,
                    question.utc_offset);
}

}  // namespace

std::optional<OpenedSession> open_from_memory(SessionBook& book, SessionStore& store,
                                              const SessionQuestion& question) {
    if (!book.is_as_seen(store.file())) return std::nullopt;
    const auto record = store.known(question.key);
    if (!record) return std::nullopt;
    OpenedSession opened;
    opened.entry = SessionEntry::from(*record);
    if (is_over(opened.entry, *record, question)) return std::nullopt;
    opened.conversation = book.find_conversation(store, opened.entry);
    if (opened.conversation == nullptr || !book.is_as_seen(opened.conversation->file())) return std::nullopt;
    return opened;
}

Result<OpenedSession> open_from_files(SessionBook& book, SessionStore& store,
                                      const SessionQuestion& question) {
    const auto look = book.before_look(store.file());
    auto known = store.find(question.key);
    if (!known) return failed(known.error(), "opening the session");
    book.has_seen(store.file(), look);
    auto record = known->value_or(json::object{});
    OpenedSession opened;
    opened.entry = SessionEntry::from(record);
    opened.fresh = is_over(opened.entry, record, question);
    if (opened.fresh) {
        const SessionBegun begun{.before = opened.entry.session_id,
                                 .session_id = random_uuid(),
                                 .at = question.now,
                                 .maker = question.maker};
        store.note(question.key, begun);
        apply(record, begun);
        opened.entry = SessionEntry::from(record);
    }
    opened.conversation = book.conversation(store, opened.entry);
    const auto& file = opened.conversation->file();
    const auto look_at_it = book.before_look(file);
    const auto damaged = opened.conversation->catch_up();
    if (!damaged) return failed(damaged.error(), "reading the conversation");
    book.has_seen(file, look_at_it);
    opened.damaged = *damaged;
    return opened;
}

}  // namespace openclaw::chat
