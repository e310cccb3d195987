#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "net/http/http.h"

namespace openclaw::gateway {

net::Response plain_response(int status, std::string_view text);
net::Response json_response(int status, const json::value& body);
// {"error":{"message","type"}}: the shape that OpenAI's SDKs read.
net::Response api_error(int status, std::string_view message, std::string_view type);
// The same for everybody who isn't let in, whatever the reason was.
net::Response unauthorized_response();
net::Response too_many_guesses_response(Milliseconds wait);

}  // namespace openclaw::gateway
