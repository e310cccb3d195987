#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "access/enrolment/invitation.h"
#include "store/document.h"

namespace openclaw::access {

// A code that opened nothing while an invitation was open, for the terminal that waits.
struct WrongCode {
    TimePoint at;
    std::string from;
    std::string why;
    bool operator==(const WrongCode&) const = default;
};

// <state>/gateway/authority/invitations.json: what commands write and the gateway answers by, under the
// document's lock. Of codes only hashes are in it. Usable from several threads and processes; waits for a
// disk, but for `let_somebody_in`.
class Invitations {
public:
    Invitations(platform::FileSystem& files, const platform::Path& authority_folder);

    struct Made {
        Invitation invitation;
        std::string code;  // told to the person who invites, kept nowhere
    };
    // `busy` when too many are open. `pin` as in InvitationCode.
    Result<Made> make(ClientKind kind, const NewClient& client, std::string pin, TimePoint now);
    Result<std::optional<Invitation>> find(const std::string& id);
    Result<std::vector<WrongCode>> wrong_codes();

    // What a code is good for. The work is the same whatever was sent.
    struct Judged {
        std::optional<Invitation> invitation;
        std::optional<CodeProblem> problem;
    };
    Result<Judged> judge(std::string_view code, ClientKind kind, TimePoint now);
    // Kept only while an invitation is open, and no more than a few.
    Result<void> note_wrong_code(CodeProblem problem, const std::string& from, TimePoint now);

    // Each step is on the disk when it returns; `denied` where the invitation is no longer where it was.

    // Open to spent. With the key that has spent it already it is no error: the answer may have been lost.
    Result<Invitation> spend(const std::string& id, const std::string& from, const std::string& public_key,
                             TimePoint now);
    // What the computer that spent it is told: its record and its certificate, PEM.
    Result<Invitation> keep_answer(const std::string& id, const std::string& record,
                                   const std::string& certificate);

    struct Opened {
        Invitation invitation;
        std::string ticket;  // for whoever opened it, kept nowhere
    };
    Result<Opened> open(const std::string& id, const std::string& from, TimePoint now);
    // The terminal said yes, and the file is there.
    Result<Invitation> confirm(const std::string& id, const std::string& record);
    // By the ticket: how far it is, and from confirmed to spent. `denied` for a ticket that is none.
    Result<Invitation> find_by_ticket(std::string_view ticket, TimePoint now);
    Result<Invitation> fetch(std::string_view ticket, TimePoint now);
    // Refused or withdrawn; what is spent stays spent.
    Result<Invitation> close(const std::string& id, InvitationStep how);

    // Whether anybody may come through an invitation, as of the last look at the file. From memory: it is
    // asked at every handshake.
    bool let_somebody_in(TimePoint now) const { return to_ms(now) < open_until_ms_; }
    Result<void> look();  // at the file; where it can't be read nobody is let in

    const platform::Path& path() const { return document_.path(); }

private:
    template <class Change>
    Result<Invitation> change(const std::string& id, Change change);
    store::Document document_;
    std::atomic<std::int64_t> open_until_ms_ = 0;
};

}  // namespace openclaw::access
