#pragma once

#include <string>
#include <string_view>

#include "access/doorman.h"
#include "base/clock.h"
#include "base/json.h"
#include "gateway/http/completion_parameters.h"
#include "net/http/http.h"

namespace openclaw::gateway {

net::Response plain_response(int status, std::string_view text);
net::Response json_response(int status, const json::value& body);
// {"error":{"message","type"}}: the shape that OpenAI's SDKs read.
net::Response api_error(int status, std::string_view message, std::string_view type);
// The same with the code that clients branch on.
net::Response coded_api_error(int status, std::string_view message, std::string_view type,
                              std::string_view code);
// 400, with the parameter's name and the code that OpenAI's clients branch on.
net::Response refused_call_response(const CallRefusal& refusal);
// Under /v1 there is nothing but what the table says: 404 in the same shape, for programs.
net::Response no_endpoint_response();
// 405, with what the path does know ("GET, HEAD").
net::Response no_method_response(std::string_view methods);
// The same for everybody who isn't let in, whatever the reason was.
net::Response unauthorized_response();
// For the holder of a certificate that we issued and that doesn't count now.
net::Response certificate_refused_response(const access::CertificateRemark& remark);
// The same of a named key.
net::Response key_refused_response(const access::KeyRemark& remark);
net::Response keys_closed_response();
net::Response several_secrets_response();
// For a key that sends the same body again and again.
net::Response repeated_call_response(std::uint32_t limit, Milliseconds wait);
net::Response too_many_guesses_response(Milliseconds wait);

}  // namespace openclaw::gateway
