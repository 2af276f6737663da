#include "platform/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "platform/plot_process.h"
#include "platform/report_layout.h"
#include "platform/report_stack.h"
#include "platform/result_format.h"
#include "platform/writer_file.h"

namespace viosim::platform {
namespace {

/// One hue a group of causes, so that a reader sees software, virtualisation and PCIe before single causes.
struct Hue {
  std::string_view group;
  int red, green, blue;
};
constexpr std::array<Hue, 9> kHues = {{{"software", 31, 119, 180},
                                       {"virtualisation", 200, 40, 40},
                                       {"translation", 148, 80, 180},
                                       {"pcie", 44, 140, 44},
                                       {"memory", 140, 86, 75},
                                       {"device", 240, 130, 20},
                                       {"network", 20, 160, 170},
                                       {"common", 90, 90, 90},
                                       {"unknown", 0, 0, 0}}};

/// The n-th cause of a group is lighter than the one before.
std::string colour(std::string_view group, int n) {
  const auto it = std::find_if(kHues.begin(), kHues.end(), [&](const Hue& h) { return h.group == group; });
  const Hue& h = it == kHues.end() ? kHues.back() : *it;
  const int white = std::min(n * 16, 72);  // percent
  const auto mix = [&](int c) { return c + (255 - c) * white / 100; };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(h.red), mix(h.green), mix(h.blue));
}

std::string in_quotes(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\'' && quote == '\'') out += "''";
    else if (c == '"' && quote == '"') out += '\'';
    else out += c == '\n' || c == '\r' || c == '\\' ? ' ' : c;
  }
  return out + quote;
}

std::string title_of(const ResultSet& results) {
  return results.report.title.empty() ? results.run : results.report.title;
}

}  // namespace

std::string stack_plot_script(const ResultSet& results) {
  const std::vector<ReportColumn> columns = columns_of(results);
  if (columns.empty()) throw ResultError("there is nothing to draw: the run has no points");
  std::vector<const PointResult*> points;
  for (const ReportColumn& c : columns) points.push_back(c.point);
  const std::vector<std::string> causes = causes_of(points);
  if (causes.empty()) throw ResultError("there is nothing to draw: no time was spent");

  const Metric& headline = points.front()->headline_metric();
  std::string title = title_of(results);
  if (points.front()->message_bytes > 0) title += fmt::format(" ({} B)", points.front()->message_bytes);
  const std::string axis = headline.unit == "ps" ? headline.text + " [us]" : "one operation [us]";
  std::string out = fmt::format(
      "set terminal svg size {},600 dynamic font 'Helvetica,13' background '#ffffff'\n"
      "set title {} noenhanced\nset ylabel {} noenhanced\nset key outside right center invert reverse Left "
      "noenhanced\n"
      "set style data histograms\nset style histogram rowstacked\nset style fill solid 1.0 noborder\n"
      "set boxwidth 0.7\nset grid ytics\nset yrange [0:*]\nset xtics nomirror noenhanced rotate by -25\n",
      500 + 90 * std::max<std::size_t>(columns.size(), 4), in_quotes(title, '\''), in_quotes(axis, '\''));
  out += "$stack << END_OF_STACK\n";
  for (const ReportColumn& c : columns) {
    out += in_quotes(c.title, '"');
    const PointResult& p = *c.point;
    const std::int64_t divisor = std::max<std::int64_t>(p.operations, 1) * p.per_operation * 1'000'000;
    for (const std::string& cause : causes) out += " " + fixed(spent_on(p, cause), divisor, 6);
    out += " " + fixed(p.attributed(), divisor, 6) + " " + fixed(p.attributed(), divisor, 2) + "\n";
  }
  out += "END_OF_STACK\n";
  std::map<std::string_view, int> used;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const std::string_view group = cause_group(causes[i]);
    out += fmt::format("{} using {}:xtic(1) title {} linecolor rgb '{}'", i == 0 ? "plot $stack" : ", $stack", i + 2,
                       in_quotes(causes[i], '\''), colour(group, used[group]++));
  }
  return out + fmt::format(", $stack using 0:{}:{} with labels offset 0,0.6 notitle\n", causes.size() + 2,
                           causes.size() + 3);
}

bool has_curves(const ResultSet& results) {
  const std::string axis = row_axis(results);
  return std::any_of(results.axes.begin(), results.axes.end(),
                     [&](const ResultAxis& a) { return a.name == axis && a.labels.size() > 1; });
}

std::string curve_plot_script(const ResultSet& results) {
  if (!has_curves(results)) throw ResultError("there are no curves to draw: the run has no axis of rows");
  const std::string axis = row_axis(results);
  const std::vector<ReportGroup> groups = groups_of(results);
  const Metric& headline = groups.front().points.front()->headline_metric();
  std::string out = fmt::format(
      "set terminal svg size 1000,600 dynamic font 'Helvetica,13' background '#ffffff'\n"
      "set title {} noenhanced\nset xlabel {} noenhanced\nset ylabel {} noenhanced\n"
      "set key outside right center reverse Left noenhanced\nset grid\nset yrange [0:*]\n"
      "set xtics nomirror noenhanced rotate by -25\nset offsets 0.3, 0.3, 0, 0\n",
      in_quotes(title_of(results), '\''), in_quotes(axis, '\''),
      in_quotes(headline.text + " [" + shown_unit(headline) + "]", '\''));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    out += fmt::format("$curve{} << END_OF_CURVE\n", i);
    for (const PointResult* p : groups[i].points)
      out += in_quotes(label_on(*p, axis), '"') + " " + shown_value(p->headline_metric()) + "\n";
    out += "END_OF_CURVE\n";
  }
  for (std::size_t i = 0; i < groups.size(); ++i)
    out += fmt::format("{} $curve{} using 0:2:xtic(1) with linespoints linewidth 2 title {}", i == 0 ? "plot" : ",", i,
                       in_quotes(groups[i].title.empty() ? "all" : groups[i].title, '\''));
  return out + "\n";
}

namespace {

std::string drawn(const std::string& script) {
  const std::string svg =
      run_filter("gnuplot", script, "install it (apt install gnuplot-nox) or run without --plot");
  if (svg.find("</svg>") == std::string::npos) throw OutputError("gnuplot drew no picture");
  return svg;
}

}  // namespace

std::string stack_plot_svg(const ResultSet& results) { return drawn(stack_plot_script(results)); }

std::string curve_plot_svg(const ResultSet& results) { return drawn(curve_plot_script(results)); }

}  // namespace viosim::platform
