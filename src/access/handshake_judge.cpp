#include "access/handshake_judge.h"

namespace openclaw::access {

net::ClientCertificates::Demand HandshakeJudge::demand() const {
    const auto lock = doorman_.lock();
    if (lock->mode == AccessMode::mtls) return invitation_open_() ? Demand::if_given : Demand::required;
    // Where no certificate could count none is asked for: some browsers would bother people with the
    // question.
    return lock->certificates && lock->certificates->can_count() ? Demand::if_given : Demand::none;
}

std::vector<std::string> HandshakeJudge::issuers() const {
    const auto lock = doorman_.lock();
    return lock->certificates ? lock->certificates->issuers() : std::vector<std::string>{};
}

std::optional<std::string> HandshakeJudge::refusal(std::span<const std::string> chain, const net::Peer&) {
    const auto lock = doorman_.lock();
    if (!lock->certificates) return "no client certificates count here";
    const auto verdict = lock->certificates->judge(chain, doorman_.now());
    if (verdict.stands() || verdict.is_ours_but_not_now()) return std::nullopt;
    if (lock->tolerates(verdict)) return std::nullopt;
    const auto& unusable = lock->certificates->problem();
    return fmt::format("{} ({}){}", text_of(*verdict.fault), verdict.detail,
                       unusable.empty() ? "" : "; our own authority can't be used: " + unusable);
}

}  // namespace openclaw::access
