#include "access/enrolment/invitation.h"

#include <array>

#include "access/limits_json.h"

namespace openclaw::access {

namespace {

constexpr std::array steps = {InvitationStep::open,  InvitationStep::opened,  InvitationStep::confirmed,
                              InvitationStep::spent, InvitationStep::refused, InvitationStep::withdrawn};

std::optional<InvitationStep> step_named(std::string_view name) {
    for (const auto step : steps)
        if (name_of(step) == name) return step;
    return std::nullopt;
}

}  // namespace

std::string_view name_of(InvitationStep step) {
    switch (step) {
        case InvitationStep::open:
            return "open";
        case InvitationStep::opened:
            return "opened";
        case InvitationStep::confirmed:
            return "confirmed";
        case InvitationStep::spent:
            return "spent";
        case InvitationStep::refused:
            return "refused";
        case InvitationStep::withdrawn:
            return "withdrawn";
    }
    return "unknown";
}

std::string_view name_of(CodeProblem problem) {
    switch (problem) {
        case CodeProblem::mistyped:
            return "mistyped code";
        case CodeProblem::unknown:
            return "unknown code";
        case CodeProblem::spent:
            return "spent code";
        case CodeProblem::ended:
            return "ended code";
        case CodeProblem::withdrawn:
            return "withdrawn code";
        case CodeProblem::refused:
            return "code that was refused at the terminal";
    }
    return "unknown code";
}

std::optional<CodeProblem> problem_of(const Invitation& invitation, TimePoint now) {
    if (invitation.step == InvitationStep::withdrawn) return CodeProblem::withdrawn;
    if (invitation.step == InvitationStep::refused) return CodeProblem::refused;
    if (invitation.step != InvitationStep::open) return CodeProblem::spent;
    // Made in the future: the clock was set back, and nobody knows how much of the time has passed.
    if (now >= invitation.ends || now < invitation.made) return CodeProblem::ended;
    return std::nullopt;
}

bool lets_in(const Invitation& invitation, TimePoint now) {
    if (now >= invitation.ends || now < invitation.made) return false;
    switch (invitation.step) {
        case InvitationStep::open:
        case InvitationStep::opened:
        case InvitationStep::confirmed:
            return true;
        case InvitationStep::spent:  // the computer may not have its answer yet
            return invitation.kind == ClientKind::computer;
        case InvitationStep::refused:
        case InvitationStep::withdrawn:
            return false;
    }
    return false;
}

json::object invitation_json(const Invitation& invitation) {
    json::object object{{"id", invitation.id},
                        {"kind", invitation.kind == ClientKind::phone ? "phone" : "computer"},
                        {"name", invitation.client.name},
                        {"scopes", texts_json(invitation.client.scopes.names())},
                        {"limits", limits_json(invitation.client.limits)},
                        {"lifetimeMs", invitation.client.lifetime.count()},
                        {"madeMs", to_ms(invitation.made)},
                        {"endsMs", to_ms(invitation.ends)},
                        {"codeHash", invitation.code_hash},
                        {"step", name_of(invitation.step)}};
    const auto add = [&](const char* key, const std::string& text) {
        if (!text.empty()) object[key] = text;
    };
    add("from", invitation.from);
    add("publicKey", invitation.public_key);
    add("record", invitation.record);
    add("answer", invitation.answer);
    add("words", invitation.words);
    add("ticketHash", invitation.ticket_hash);
    return object;
}

std::optional<Invitation> parse_invitation(const json::object& object) {
    const auto text = [&](std::string_view key) { return std::string(string_at(object, key).value_or("")); };
    const auto time = [&](std::string_view key) { return from_ms(integer_at(object, key).value_or(0)); };
    const auto step = step_named(text("step"));
    const auto kind = text("kind");
    // One that says nothing of limits was not written by us: it would count as having none.
    auto limits = value_at(object, "limits") ? limits_at(object, "limits") : std::nullopt;
    const auto* scopes = value_at(object, "scopes");
    const auto names = scopes ? texts_of(*scopes) : std::nullopt;
    if (!step || !limits || (kind != "phone" && kind != "computer") || text("id").empty() ||
        text("codeHash").empty())
        return std::nullopt;
    return Invitation{.id = text("id"),
                      .kind = kind == "phone" ? ClientKind::phone : ClientKind::computer,
                      .client = {.name = text("name"),
                                 .scopes = Scopes::named(names.value_or(std::vector<std::string>())),
                                 .limits = std::move(*limits),
                                 .lifetime = Milliseconds(integer_at(object, "lifetimeMs").value_or(0))},
                      .made = time("madeMs"),
                      .ends = time("endsMs"),
                      .code_hash = text("codeHash"),
                      .step = *step,
                      .from = text("from"),
                      .public_key = text("publicKey"),
                      .record = text("record"),
                      .answer = text("answer"),
                      .words = text("words"),
                      .ticket_hash = text("ticketHash")};
}

}  // namespace openclaw::access
