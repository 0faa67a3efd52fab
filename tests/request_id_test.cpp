#include "costengine/run/request_id.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace costengine;

namespace {

// The recommendation's own example.
const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kSpan = "00f067aa0ba902b7";
const std::string kValid = "00-" + kTrace + "-" + kSpan + "-01";

bool refused(const std::string& traceparent) {
  const Result<RequestId> result = parse_traceparent(traceparent);
  return !result.ok() && result.error().code == ErrorCode::kInvalidArgument;
}

}  // namespace

TEST_CASE("the trace id of a traceparent is the request's, and the parent's span is kept") {
  const RequestId request = parse_traceparent(kValid).value();
  CHECK(request.id == kTrace);
  CHECK(request.parent_span == kSpan);
  CHECK(parse_traceparent("00-" + kTrace + "-" + kSpan + "-00").ok());
  CHECK(parse_traceparent("00-" + kTrace + "-" + kSpan + "-ff").ok());
}

TEST_CASE("a traceparent that the recommendation calls invalid is refused") {
  CHECK(refused(""));
  CHECK(refused(kValid.substr(0, 54)));
  CHECK(refused(kValid + "0"));
  CHECK(refused(kValid + "-"));
  CHECK(refused(kValid + "-00"));  // version 00 has four fields
  CHECK(refused(" " + kValid.substr(1)));
  CHECK(refused("ff" + kValid.substr(2)));
  CHECK(refused("0x" + kValid.substr(2)));
  CHECK(refused("00-" + std::string(32, '0') + "-" + kSpan + "-01"));
  CHECK(refused("00-" + kTrace + "-" + std::string(16, '0') + "-01"));
  CHECK(refused("00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kSpan + "-01"));
  CHECK(refused("00-" + kTrace + "-" + kSpan + "-0G"));
  CHECK(refused("00-" + kTrace + "-" + kSpan + "_01"));
  CHECK(refused("00-" + kTrace + "_" + kSpan + "-01"));
  CHECK(refused("00_" + kTrace + "-" + kSpan + "-01"));
  CHECK(refused("00-" + kTrace + "-" + kSpan + std::string(1, '\0') + "01"));
}

TEST_CASE("a traceparent of a later version is read as far as it is known") {
  const std::string later = "cc" + kValid.substr(2);
  CHECK(parse_traceparent(later).value().id == kTrace);
  CHECK(parse_traceparent(later + "-what-the-future-brings").value().parent_span == kSpan);
  CHECK(refused(later + "."));
  CHECK(refused(later + "0"));
}

TEST_CASE("one field takes either: a valid traceparent, or else an id") {
  CHECK(parse_request(kValid).value().id == kTrace);
  CHECK(parse_request(kValid).value().parent_span == kSpan);
  CHECK(parse_request("00-order-7").value().id == "00-order-7");
  CHECK(parse_request("00-order-7").value().parent_span.empty());
  CHECK_FALSE(parse_request("a\nb").ok());
}

TEST_CASE("a request id is any printable ASCII of at most 128 characters") {
  CHECK(parse_request_id("order 4711/b \"x\"").value().id == "order 4711/b \"x\"");
  CHECK(parse_request_id(" ~").value().parent_span.empty());
  CHECK(parse_request_id(std::string(128, 'x')).ok());
  for (const std::string& text :
       {std::string(), std::string(129, 'x'), std::string("a\nb"), std::string("a\tb"),
        std::string("a\x7f"), std::string("\xc3\xa4"), std::string("a\0b", 3)}) {
    CAPTURE(text);
    CHECK_FALSE(parse_request_id(text).ok());
  }
}
