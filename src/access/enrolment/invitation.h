#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/authority/authorities.h"
#include "access/enrolment/code.h"
#include "base/clock.h"
#include "base/json.h"

namespace openclaw::access {

constexpr Milliseconds invitation_lifetime = std::chrono::minutes(10);

// How far an invitation has come.
enum class InvitationStep : std::uint8_t {
    open,       // nobody has used it
    opened,     // a phone shows the words, and waits for the terminal's yes
    confirmed,  // the phone may fetch its file, once
    spent,      // used
    refused,    // the terminal said no
    withdrawn,  // taken back before anybody used it
};
std::string_view name_of(InvitationStep step);

// An invitation of a client that has no certificate yet. What it may do once it has one stands here; whoever
// uses it says nothing of that.
struct Invitation {
    std::string id;  // "inv_" and 16 hex digits
    ClientKind kind = ClientKind::computer;
    NewClient client;
    TimePoint made, ends;
    std::string code_hash;  // InvitationCode::hash
    InvitationStep step = InvitationStep::open;
    std::string from = {};        // the address that used it
    std::string public_key = {};  // SHA-256 of the computer's key (SubjectPublicKeyInfo), hex
    std::string record = {};      // the client's, "crt_…", once it has one
    std::string answer = {};  // a computer's certificate, PEM: told again to the same key, and to no other
    std::string words = {};   // that the phone shows
    std::string ticket_hash = {};  // SHA-256 of what lets the phone that opened it fetch its file, hex
};

// Why a code opens nothing: for our log and the inviting terminal. Strangers learn none of it.
enum class CodeProblem : std::uint8_t { mistyped, unknown, spent, ended, withdrawn, refused };
std::string_view name_of(CodeProblem problem);

// Nothing: it may be used now. A computer's that is spent may be asked again with the key that spent it,
// since the first answer may have been lost.
std::optional<CodeProblem> problem_of(const Invitation& invitation, TimePoint now);

// Whether somebody may still come through it: for the page and the routes, which are there only while one is.
bool lets_in(const Invitation& invitation, TimePoint now);

json::object invitation_json(const Invitation& invitation);
std::optional<Invitation> parse_invitation(const json::object& object);

}  // namespace openclaw::access
