// Checks JSON against the subset of JSON Schema that the project's schemas use.
#pragma once
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace viosim::test {

using Json = nlohmann::ordered_json;

/// Complaints, each beginning with the path of the value; empty when the document is sound. A keyword outside
/// the subset (type, required, properties, additionalProperties, items, enum, minimum) is a complaint too.
class JsonSchema {
 public:
  explicit JsonSchema(Json schema) : schema_(std::move(schema)) {}
  std::vector<std::string> complaints(const Json& document) const {
    std::vector<std::string> out;
    check(document, schema_, "$", out);
    return out;
  }

 private:
  using List = std::vector<std::string>;

  static bool has_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  static void check(const Json& value, const Json& schema, const std::string& path, List& out) {
    for (const auto& [keyword, rule] : schema.items()) {
      if (keyword == "type") {
        if (!has_type(value, rule)) out.push_back(path + ": is no " + rule.get<std::string>());
      } else if (keyword == "enum") {
        if (std::find(rule.begin(), rule.end(), value) == rule.end())
          out.push_back(path + ": is none of the choices");
      } else if (keyword == "minimum") {
        if (value.is_number() && value.get<double>() < rule.get<double>()) out.push_back(path + ": is too small");
      } else if (keyword == "required") {
        for (const Json& key : rule)
          if (!value.contains(key.get<std::string>()))
            out.push_back(path + "." + key.get<std::string>() + ": missing");
      } else if (keyword == "items") {
        for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
          check(value[i], rule, path + "[" + std::to_string(i) + "]", out);
      } else if (keyword == "properties") {
        for (const auto& [key, inner] : rule.items())
          if (value.is_object() && value.contains(key)) check(value[key], inner, path + "." + key, out);
      } else if (keyword == "additionalProperties") {
        check_additional(value, schema, rule, path, out);
      } else if (keyword != "$schema" && keyword != "title") {
        out.push_back(path + ": the schema uses '" + keyword + "', which is not understood");
      }
    }
  }

  static void check_additional(const Json& value, const Json& schema, const Json& rule, const std::string& path,
                               List& out) {
    if (!value.is_object()) return;
    for (const auto& [key, inner] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(key)) continue;
      if (rule.is_object()) check(inner, rule, path + "." + key, out);
      else if (rule == false) out.push_back(path + "." + key + ": unknown");
    }
  }

  Json schema_;
};

}  // namespace viosim::test
