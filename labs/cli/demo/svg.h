// SPDX-License-Identifier: MIT
// As much SVG as the demo's pictures need.
#pragma once

#include <fmt/format.h>

#include <string>

namespace attnlab::cli::demo {

class Svg {
 public:
  Svg(int width, int height) : width_(width), height_(height) {}

  void rectangle(double x, double y, double width, double height, const std::string& fill) {
    body_ += fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\"/>\n", x, y,
        width, height, fill);
  }
  void line(double x0, double y0, double x1, double y1, const std::string& colour, double width) {
    body_ += fmt::format(
        "<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"{}\" "
        "stroke-width=\"{}\"/>\n",
        x0, y0, x1, y1, colour, width);
  }
  void circle(double x, double y, double radius, const std::string& fill) {
    body_ += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{}\" fill=\"{}\"/>\n", x, y,
                         radius, fill);
  }
  // `anchor` is start, middle or end. The text must not hold <, > or &.
  void text(double x, double y, const std::string& words, const std::string& anchor = "start",
            int size = 14, const std::string& fill = "#24292f") {
    body_ += fmt::format(
        "<text x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\" font-size=\"{}\" "
        "fill=\"{}\">{}</text>\n",
        x, y, anchor, size, fill, words);
  }

  std::string document() const {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
        "{1}\" "
        "font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\">\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{2}</svg>\n",
        width_, height_, body_);
  }

 private:
  int width_;
  int height_;
  std::string body_;
};

}  // namespace attnlab::cli::demo
