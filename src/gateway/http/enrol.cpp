// How one gets a certificate in the first place, and the next one. What lets somebody in here is the code of
// an invitation, a ticket that it was exchanged for, or the key of a certificate of ours; each stands in the
// head, or in TLS, so that nothing of a stranger is read before he is judged.
#include "access/arrival.h"
#include "base/text.h"
#include "gateway/http/enrol_page.h"
#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"
#include "net/stream/peer_certificate.h"

namespace openclaw::gateway::http {

namespace {

using access::ClientKind;
using access::CodeProblem;
using access::InvitationStep;
using net::Task;

constexpr std::size_t request_bytes_max = 20u << 10;
constexpr std::size_t ticket_digits = 32;
constexpr std::string_view key_header = "openclaw-key";  // SHA-256 of the key that the request proves, hex

net::Response with_no_store(net::Response response) {
    response.headers.add("Cache-Control", "no-store");
    return response;
}

access::Arrival arrival_of(const Visit& visit) {
    const auto& request = visit.exchange.request();
    return {.surface = "http",
            .verb = request.method,
            .object = request.path(),
            .guesser = access::guesser_of(request.headers, visit.exchange.peer(), visit.serving->browser)};
}

// One answer to whatever was wrong with a code; the truth is for the log and the inviting terminal.
Task<void> refuse_code(Visit& visit, CodeProblem problem) {
    const auto& enrolment = *visit.means.enrolment;
    const auto arrival = arrival_of(visit);
    const auto wait = visit.means.doorman.refuse_guess(arrival, name_of(problem));
    if (enrolment.lets_somebody_in() && !wait) {
        const auto noted = co_await visit.means.loop.blocking<Result<void>>(
            [&invitations = enrolment.invitations(), problem, from = arrival.guesser.address,
             now = visit.means.clock.now()] { return invitations.note_wrong_code(problem, from, now); });
        static_cast<void>(noted);  // it is in the log already
    }
    co_await visit.exchange.respond(wait ? too_many_guesses_response(*wait) : unauthorized_response());
}

// A failure of ours, for somebody who has shown a right code or key.
Task<void> fail_visit(Visit& visit, const Error& error) {
    visit.means.doorman.refusals().tell(visit.means.clock.steady(), "enrol", "{}: {}; {}",
                                        visit.exchange.request().path(), error.message, error.hint);
    co_await visit.exchange.respond(with_no_store(
        error.code == Code::invalid_input
            ? api_error(400, error.message, "invalid_request_error")
            : api_error(503, "the gateway can't do that now; its log says why", "unavailable")));
}

// The invitation that the code opens. Nothing: it opens none, and that was answered. One of a computer may be
// spent, by the key that the head names: the answer may have been lost. To any other it is spent, and of what
// he sends nothing more is read than of others, so that he can't tell.
Task<std::optional<access::Invitation>> judge_code(Visit& visit, ClientKind kind) {
    const auto& enrolment = *visit.means.enrolment;
    const std::string code(access::bearer_text(visit.exchange.request().headers).value_or(""));
    auto judged = co_await visit.means.loop.blocking<Result<access::Invitations::Judged>>(
        [&invitations = enrolment.invitations(), &code, kind, now = visit.means.clock.now()] {
            return invitations.judge(code, kind, now);
        });
    if (!judged) {
        co_await fail_visit(visit, judged.error());
        co_return std::nullopt;
    }
    const bool again = judged->problem == CodeProblem::spent && kind == ClientKind::computer &&
                       access::lets_in(*judged->invitation, visit.means.clock.now()) &&
                       visit.exchange.request().headers.find(key_header) == judged->invitation->public_key;
    if (judged->problem && !again) {
        co_await refuse_code(visit, *judged->problem);
        co_return std::nullopt;
    }
    visit.exchange.seat().prove();
    co_return std::move(judged->invitation);
}

// {"request": PEM}. Nothing: it can't be had, and that was answered.
Task<std::optional<std::string>> read_request(Visit& visit) {
    auto body = co_await visit.exchange.read_body(request_bytes_max);
    if (!body) {
        const auto [status, reason] = body.error();
        if (status != 0) co_await visit.exchange.respond(api_error(status, reason, "invalid_request_error"));
        co_return std::nullopt;
    }
    const auto parsed = parse_json(*body, request_bytes_max);
    const auto* object = parsed ? as_object(&*parsed) : nullptr;
    const auto request = object ? string_at(*object, "request") : std::nullopt;
    if (!request) {
        co_await visit.exchange.respond(api_error(
            400, "the body wants {\"request\": a certificate request, PEM}", "invalid_request_error"));
        co_return std::nullopt;
    }
    co_return std::string(*request);
}

// Who has a certificate uses it at once: the gateway has to know of it before the answer leaves.
Task<void> respond_given(Visit& visit, const Enrolment::Given& given) {
    co_await visit.means.reloader->up_to_date();
    json::object body{{"name", given.name}, {"certificate", given.certificate}};
    if (given.authority) body["authority"] = *given.authority;
    if (given.server_key) body["serverKey"] = *given.server_key;
    co_await visit.exchange.respond(with_no_store(json_response(200, body)));
}

Task<void> refuse_renewal(Visit& visit, const Error& error) {
    if (error.code == Code::not_found)
        co_await visit.exchange.respond(unauthorized_response());
    else if (error.code == Code::denied)
        co_await visit.exchange.respond(with_no_store(
            api_error(403, fmt::format("{}; {}", error.message, error.hint), "certificate_refused")));
    else if (error.code == Code::busy)
        co_await visit.exchange.respond(with_no_store(api_error(409, error.message, "too_early")));
    else
        co_await fail_visit(visit, error);
}

// Of a ticket only its form and whether it is one are looked at. Nothing: it is none, and that was answered.
Task<std::optional<access::Invitation>> judge_ticket(Visit& visit, std::string ticket) {
    auto found = co_await visit.means.loop.blocking<Result<access::Invitation>>(
        [&invitations = visit.means.enrolment->invitations(), &ticket, now = visit.means.clock.now()] {
            return invitations.find_by_ticket(ticket, now);
        });
    if (ticket.size() == ticket_digits && found) {
        visit.exchange.seat().prove();
        co_return std::move(*found);
    }
    co_await refuse_code(visit, CodeProblem::unknown);
    co_return std::nullopt;
}

}  // namespace

Task<void> enrol_page(Visit& visit) {
    co_await visit.exchange.respond(
        visit.means.enrolment->lets_somebody_in() ? enrolment_page() : plain_response(404, "Not Found"));
}

Task<void> enrol_server_root(Visit& visit) {
    if (!visit.means.enrolment->lets_somebody_in()) {
        co_await visit.exchange.respond(plain_response(404, "Not Found"));
        co_return;
    }
    auto root = co_await visit.means.loop.blocking<Result<std::string>>(
        [&enrolment = *visit.means.enrolment, config = visit.serving->config] {
            return enrolment.server_root(*config);
        });
    if (!root) {
        co_await fail_visit(visit, root.error());
        co_return;
    }
    net::Response response{.status = 200, .headers = {}, .body = std::move(*root)};
    response.headers.add("Content-Type", "application/x-x509-ca-cert");
    response.headers.add("Content-Disposition", "attachment; filename=\"openclaw-gateway.crt\"");
    co_await visit.exchange.respond(with_no_store(std::move(response)));
}

Task<void> enrol_join(Visit& visit) {
    const auto invited = co_await judge_code(visit, ClientKind::computer);
    if (!invited) co_return;
    const auto request = co_await read_request(visit);
    if (!request) co_return;
    const auto given = co_await visit.means.loop.blocking<Result<Enrolment::Given>>(
        [&, &enrolment = *visit.means.enrolment, from = arrival_of(visit).guesser.address,
         config = visit.serving->config] { return enrolment.join(*invited, *request, from, *config); });
    if (given)
        co_await respond_given(visit, *given);
    else if (given.error().code == Code::denied)
        co_await refuse_code(visit, CodeProblem::spent);
    else
        co_await fail_visit(visit, given.error());
}

Task<void> enrol_renew(Visit& visit) {
    const auto certificate = visit.exchange.peer().certificate;
    if (!certificate) {
        co_await visit.exchange.respond(unauthorized_response());
        co_return;
    }
    const auto may = co_await visit.means.loop.blocking<Result<void>>(
        [&, &enrolment = *visit.means.enrolment, config = visit.serving->config] {
            return enrolment.may_renew(certificate->own(), *config);
        });
    if (!may) {
        co_await refuse_renewal(visit, may.error());
        co_return;
    }
    visit.exchange.seat().prove();
    const auto request = co_await read_request(visit);
    if (!request) co_return;
    const auto given = co_await visit.means.loop.blocking<Result<Enrolment::Given>>(
        [&, &enrolment = *visit.means.enrolment, config = visit.serving->config] {
            return enrolment.renew(certificate->own(), *request, *config);
        });
    if (given)
        co_await respond_given(visit, *given);
    else
        co_await refuse_renewal(visit, given.error());
}

Task<void> enrol_open(Visit& visit) {
    const auto invited = co_await judge_code(visit, ClientKind::phone);
    if (!invited) co_return;
    const auto opened = co_await visit.means.loop.blocking<Result<access::Invitations::Opened>>(
        [&, &invitations = visit.means.enrolment->invitations(), from = arrival_of(visit).guesser.address,
         now = visit.means.clock.now()] { return invitations.open(invited->id, from, now); });
    if (!opened && opened.error().code == Code::denied) {
        co_await refuse_code(visit, CodeProblem::spent);
        co_return;
    }
    if (!opened) {
        co_await fail_visit(visit, opened.error());
        co_return;
    }
    co_await visit.exchange.respond(
        with_no_store(json_response(200, json::object{{"name", opened->invitation.client.name},
                                                      {"words", opened->invitation.words},
                                                      {"ticket", opened->ticket}})));
}

Task<void> enrol_wait(Visit& visit) {
    const auto found = co_await judge_ticket(
        visit, std::string(access::bearer_text(visit.exchange.request().headers).value_or("")));
    if (!found) co_return;
    co_await visit.exchange.respond(
        with_no_store(json_response(200, json::object{{"step", name_of(found->step)}})));
}

// A form sends this one, since browsers import what a page was answered with, not what a script has read.
Task<void> enrol_file(Visit& visit) {
    constexpr std::string_view field = "ticket=";
    auto body = co_await visit.exchange.read_body(field.size() + ticket_digits);
    if (!body) co_return;
    auto ticket = body->starts_with(field) ? body->substr(field.size()) : std::string();
    const auto found = co_await judge_ticket(visit, ticket);
    if (!found) co_return;
    auto bytes = co_await visit.means.loop.blocking<Result<std::string>>(
        [&enrolment = *visit.means.enrolment, &ticket] { return enrolment.hand_out(ticket); });
    if (!bytes && (bytes.error().code == Code::denied || bytes.error().code == Code::not_found)) {
        co_await refuse_code(visit, CodeProblem::spent);
        co_return;
    }
    if (!bytes) {
        co_await fail_visit(visit, bytes.error());
        co_return;
    }
    net::Response response{.status = 200, .headers = {}, .body = std::move(*bytes)};
    response.headers.add("Content-Type", "application/x-pkcs12");
    response.headers.add("Content-Disposition",
                         fmt::format("attachment; filename=\"{}.p12\"", found->client.name));
    co_await visit.exchange.respond(with_no_store(std::move(response)));
}

}  // namespace openclaw::gateway::http
