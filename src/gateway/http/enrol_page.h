#pragma once

#include "net/http/http.h"

namespace openclaw::gateway {

// The page that a phone opens by its link. It loads nothing, sends nothing but what its two buttons say, and
// takes the code out of the address at once: that part of a link is never sent, and soon it isn't shown
// either.
net::Response enrolment_page();

}  // namespace openclaw::gateway
