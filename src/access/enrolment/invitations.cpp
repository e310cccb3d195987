#include "access/enrolment/invitations.h"

#include <sodium.h>

#include <algorithm>

#include "access/enrolment/words.h"
#include "base/random.h"
#include "base/secret.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 1u << 20, kept_max = 64, open_max = 16, wrong_codes_max = 16;
constexpr std::size_t ticket_bytes = 16;
constexpr Milliseconds remembered =
    std::chrono::hours(24);  // so that a late code is told from an unknown one

std::vector<Invitation> invitations_in(const json::object& content) {
    std::vector<Invitation> all;
    const auto* list = array_at(content, "invitations");
    for (const auto& each : list ? *list : json::array{})
        if (const auto* object = as_object(&each))
            if (auto invitation = parse_invitation(*object)) all.push_back(std::move(*invitation));
    return all;
}

void put(json::object& content, const std::vector<Invitation>& all) {
    json::array list;
    for (const auto& each : all) list.push_back(invitation_json(each));
    content["version"] = 1;
    content["invitations"] = std::move(list);
}

std::string ticket_hash(std::string_view ticket) {
    return InvitationCode{.secret = std::string(ticket)}.hash();
}

std::unexpected<Error> no_longer(const Invitation& invitation) {
    return fail(Code::denied, "the invitation of {} is {}", invitation.client.name, name_of(invitation.step));
}

// All are compared, so that the time tells nothing.
std::optional<Invitation> with_hash(const std::vector<Invitation>& all, std::string_view hash,
                                    std::string Invitation::* member) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (equal_in_constant_time(all[i].*member, hash)) found = i;
    return found ? std::optional(all[*found]) : std::nullopt;
}

}  // namespace

Invitations::Invitations(platform::FileSystem& files, const platform::Path& authority_folder)
    : document_(
          files, authority_folder / "invitations.json",
          {.bytes_max = file_bytes_max,
           .damage_hint = "nobody can be invited until you move it away: only open invitations are lost"}) {}

template <class Change>
Result<Invitation> Invitations::change(const std::string& id, Change change) {
    return document_.update([&](json::object& content) -> Result<Invitation> {
        auto all = invitations_in(content);
        const auto found = std::ranges::find(all, id, &Invitation::id);
        if (found == all.end()) return fail(Code::not_found, "no invitation {}", id);
        if (auto done = change(*found); !done) return std::unexpected(done.error());
        Invitation changed = *found;
        put(content, all);
        return changed;
    });
}

Result<Invitations::Made> Invitations::make(ClientKind kind, const NewClient& client, std::string pin,
                                            TimePoint now) {
    if (auto sound = check_limits(client.limits); !sound) return std::unexpected(sound.error());
    const auto code = kind == ClientKind::phone ? InvitationCode::for_phone()
                                                : InvitationCode::for_computer(std::move(pin));
    const Invitation invitation{.id = "inv_" + random_hex(8),
                                .kind = kind,
                                .client = client,
                                .made = now,
                                .ends = now + invitation_lifetime,
                                .code_hash = code.hash()};
    auto made = document_.update([&](json::object& content) -> Result<Invitation> {
        auto all = invitations_in(content);
        std::erase_if(all, [&](const Invitation& each) { return now >= each.ends + remembered; });
        const auto waits = [&](const Invitation& each) {
            return each.step != InvitationStep::spent && lets_in(each, now);
        };
        if (std::ranges::count_if(all, waits) >= static_cast<std::ptrdiff_t>(open_max))
            return hinted(fail(Code::busy, "{} invitations are open already", open_max),
                          "wait until one of them has ended: each does after 10 minutes");
        all.push_back(invitation);
        if (all.size() > kept_max) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kept_max));
        put(content, all);
        content["wrongCodes"] = json::array{};
        return invitation;
    });
    if (!made) return std::unexpected(made.error());
    return Made{std::move(*made), code.text()};
}

Result<std::optional<Invitation>> Invitations::find(const std::string& id) {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    if (!*content) return std::nullopt;
    for (auto& each : invitations_in(**content))
        if (each.id == id) return std::move(each);
    return std::nullopt;
}

Result<std::vector<WrongCode>> Invitations::wrong_codes() {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    std::vector<WrongCode> all;
    const auto* list = *content ? array_at(**content, "wrongCodes") : nullptr;
    for (const auto& each : list ? *list : json::array{})
        if (const auto* object = as_object(&each))
            all.push_back({.at = from_ms(integer_at(*object, "atMs").value_or(0)),
                           .from = std::string(string_at(*object, "from").value_or("")),
                           .why = std::string(string_at(*object, "why").value_or(""))});
    return all;
}

Result<Invitations::Judged> Invitations::judge(std::string_view code, ClientKind kind, TimePoint now) {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    auto parsed = parse_code(code);
    const bool readable = parsed && parsed->kind == kind;
    if (!readable)
        parsed = InvitationCode{.kind = kind, .pin = {}, .secret = std::string(code.substr(0, 64))};
    auto found = with_hash(*content ? invitations_in(**content) : std::vector<Invitation>(), parsed->hash(),
                           &Invitation::code_hash);
    if (!readable) return Judged{std::nullopt, CodeProblem::mistyped};
    if (!found || found->kind != kind) return Judged{std::nullopt, CodeProblem::unknown};
    const auto problem = problem_of(*found, now);
    return Judged{std::move(found), problem};
}

Result<void> Invitations::note_wrong_code(CodeProblem problem, const std::string& from, TimePoint now) {
    return document_.update([&](json::object& content) -> Result<void> {
        const auto all = invitations_in(content);
        if (std::ranges::none_of(all, [&](const auto& each) { return lets_in(each, now); })) return {};
        auto* list = content.if_contains("wrongCodes");
        if (!list || !list->is_array()) list = &(content["wrongCodes"] = json::array{});
        auto& notes = list->get_array();
        if (notes.size() >= wrong_codes_max) return {};
        notes.push_back(json::object{{"atMs", to_ms(now)}, {"from", from}, {"why", name_of(problem)}});
        return {};
    });
}

Result<Invitation> Invitations::spend(const std::string& id, const std::string& from,
                                      const std::string& public_key, TimePoint now) {
    return change(id, [&](Invitation& each) -> Result<void> {
        const bool again =
            each.step == InvitationStep::spent && each.public_key == public_key && now < each.ends;
        if (again) return {};
        if (problem_of(each, now)) return no_longer(each);
        each.step = InvitationStep::spent;
        each.from = from;
        each.public_key = public_key;
        return {};
    });
}

Result<Invitation> Invitations::keep_answer(const std::string& id, const std::string& record,
                                            const std::string& certificate) {
    return change(id, [&](Invitation& each) -> Result<void> {
        each.record = record;
        each.answer = certificate;
        return {};
    });
}

Result<Invitations::Opened> Invitations::open(const std::string& id, const std::string& from, TimePoint now) {
    const auto ticket = random_hex(ticket_bytes);
    const auto words = confirmation_words();
    auto opened = change(id, [&](Invitation& each) -> Result<void> {
        if (problem_of(each, now)) return no_longer(each);
        each.step = InvitationStep::opened;
        each.from = from;
        each.words = words;
        each.ticket_hash = ticket_hash(ticket);
        return {};
    });
    if (!opened) return std::unexpected(opened.error());
    return Opened{std::move(*opened), ticket};
}

Result<Invitation> Invitations::confirm(const std::string& id, const std::string& record) {
    return change(id, [&](Invitation& each) -> Result<void> {
        if (each.step != InvitationStep::opened) return no_longer(each);
        each.step = InvitationStep::confirmed;
        each.record = record;
        return {};
    });
}

Result<Invitation> Invitations::find_by_ticket(std::string_view ticket, TimePoint now) {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    auto found = with_hash(*content ? invitations_in(**content) : std::vector<Invitation>(),
                           ticket_hash(ticket), &Invitation::ticket_hash);
    if (!found || now >= found->ends) return fail(Code::denied, "an unknown ticket");
    return std::move(*found);
}

Result<Invitation> Invitations::fetch(std::string_view ticket, TimePoint now) {
    const auto found = find_by_ticket(ticket, now);
    if (!found) return found;
    return change(found->id, [&](Invitation& each) -> Result<void> {
        if (each.step != InvitationStep::confirmed) return no_longer(each);
        each.step = InvitationStep::spent;
        return {};
    });
}

Result<Invitation> Invitations::close(const std::string& id, InvitationStep how) {
    return change(id, [&](Invitation& each) -> Result<void> {
        if (each.step != InvitationStep::spent) each.step = how;
        return {};
    });
}

Result<void> Invitations::look() {
    const auto content = document_.load();
    TimePoint until{};
    if (content && *content)
        for (const auto& each : invitations_in(**content))
            if (lets_in(each, each.made)) until = std::max(until, each.ends);
    open_until_ms_ = to_ms(until);
    if (!content) return std::unexpected(content.error());
    return {};
}

}  // namespace openclaw::access
