#include "kube/selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <type_traits>

namespace bulwark::kube {
namespace {

static_assert(std::is_trivially_destructible_v<LabelSelector> && std::is_trivially_copyable_v<LabelSelector>);
static_assert(std::is_trivially_destructible_v<Requirement> && std::is_trivially_copyable_v<Requirement>);

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Selector, StringFormIsReadAsKubectlDoes) {
  struct Case {
    const char *text, *normal;  // nullptr: refused. Verdicts compared with those of kubectl.
  };
  for (const Case& c : {
           Case{"", "<all>"},
           Case{"  ", "<all>"},
           Case{"a", "a"},
           Case{"!a", "!a"},
           Case{"a=b", "a in (b)"},
           Case{"a==b", "a in (b)"},
           Case{"a != b", "a notin (b)"},
           Case{"a=", "a in ()"},
           Case{"a=,b", "a in (),b"},
           Case{"c=d,a=b", "a in (b),c in (d)"},
           Case{"a=b,c!=d,e in (x,y),!f", "a in (b),c notin (d),e in (x,y),!f"},
           Case{"\tx in\t(b , a,b)", "x in (a,b)"},
           Case{"x notin (a)", "x notin (a)"},
           Case{"x in ()", "x in ()"},
           Case{"x in (,)", "x in ()"},
           Case{"x in (a,,b)", "x in (,a,b)"},
           Case{"x in (,,,a)", "x in (,a)"},
           Case{"x in (a,)", "x in (,a)"},
           Case{"a>5", "a>5"},
           Case{"a<-5", nullptr},
           Case{"a=in", "a in (in)"},
           Case{"in in (in,notin)", "in in (in,notin)"},
           Case{"notin", "notin"},
           Case{"!notin", "!notin"},
           Case{"example.com/role=db", "example.com/role in (db)"},
           Case{"a b", nullptr},
           Case{"a in", nullptr},
           Case{"a in (x", nullptr},
           Case{"a in (x,", nullptr},
           Case{"a in (x y)", nullptr},
           Case{"a in (!)", nullptr},
           Case{"!a in (b)", nullptr},
           Case{"!a=b", nullptr},
           Case{"a!b", nullptr},
           Case{",a", nullptr},
           Case{"a,", nullptr},
           Case{"a=b,,c=d", nullptr},
           Case{"a>x", nullptr},
           Case{"a>", nullptr},
           Case{"a>+5", nullptr},
           Case{"!", nullptr},
           Case{"!!a", nullptr},
           Case{"a=!b", nullptr},
           Case{"a===b", nullptr},
           Case{"a!==b", nullptr},
           Case{"a=b c", nullptr},
           Case{"a(b)", nullptr},
           Case{">", nullptr},
           Case{"a=>b", nullptr},
           Case{"a=-b", nullptr},
           Case{"A_/b", nullptr},
           Case{"a in (b c)", nullptr},
       }) {
    base::Arena arena;
    const auto selector = parse_selector(c.text, arena);
    ASSERT_EQ(selector.has_value(), c.normal != nullptr) << c.text;
    if (!selector) continue;
    EXPECT_EQ(text(*selector), c.normal) << c.text;
    if (selector->empty()) continue;
    EXPECT_EQ(text(parse_selector(c.normal, arena).value()), c.normal) << c.text;
  }
}

TEST(Selector, StringFormSaysWhatIsWrongAndWhere) {
  struct Case {
    const char *text, *want;
  };
  for (const Case& c : {
           Case{"a b", "at character 3: found 'b', expected: in, notin, =, ==, !=, gt, lt"},
           Case{"a=b c", "at character 5: found 'c', expected: ',' or 'end of string'"},
           Case{"a,", "at character 3: found '', expected: identifier after ','"},
           Case{"a in x", "at character 6: found 'x', expected: '('"},
           Case{"!a in (b)", "at character 4: found 'in', expected: ',' or 'end of string'"},
           Case{"a=b,-c=d", "at character 5: \"-c\": name part must consist of"},
           Case{"a=b,c=-d", "\"-d\": a valid label must be"},
           Case{"a>x", "the value must be an integer"},
       }) {
    base::Arena arena;
    const auto selector = parse_selector(c.text, arena);
    ASSERT_FALSE(selector) << c.text;
    EXPECT_THAT(selector.error().message, HasSubstr(c.want)) << c.text;
  }
}

TEST(Selector, Matches) {
  const std::array<Label, 3> labels{Label{"app", "web"}, Label{"tier", ""}, Label{"n", "10"}};
  struct Case {
    const char* selector;
    bool want;
  };
  for (const Case& c : {
           Case{"", true},
           Case{"app=web", true},
           Case{"app=db", false},
           Case{"app!=db", true},
           Case{"app!=web", false},
           Case{"missing!=x", true},
           Case{"app", true},
           Case{"!app", false},
           Case{"!missing", true},
           Case{"missing", false},
           Case{"app in (db,web)", true},
           Case{"app in (db)", false},
           Case{"missing in (db)", false},
           Case{"app notin (db,web)", false},
           Case{"missing notin (db)", true},
           Case{"tier=", true},
           Case{"tier in ()", true},
           Case{"missing=", false},
           Case{"app=web,tier=x", false},
           Case{"n>9", true},
           Case{"n>10", false},
           Case{"n<11", true},
           Case{"app>1", false},
           Case{"missing>1", false},
           Case{"APP=web", false},
       }) {
    base::Arena arena;
    EXPECT_EQ(parse_selector(c.selector, arena).value().matches(labels), c.want) << c.selector;
  }
}

TEST(Selector, EmptySelectsEverything) {
  const std::array<Label, 1> labels{Label{"a", "b"}};
  const LabelSelector empty;
  EXPECT_TRUE(empty.matches(labels));
  EXPECT_TRUE(empty.matches({}));
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(text(empty), "<all>");
  EXPECT_TRUE(validate(empty).empty());
}

TEST(Selector, LabelsAndExpressionsMustAllHold) {
  const std::array<Label, 2> wanted{Label{"app", "web"}, Label{"env", "prod"}};
  const std::array<std::string_view, 1> values{"db"};
  const std::array<Requirement, 1> expressions{
      Requirement{.key = "tier", .op = SelectorOperator::not_in, .values = values}};
  const LabelSelector selector{.match_labels = wanted, .match_expressions = expressions};
  EXPECT_TRUE(selector.matches(wanted));
  EXPECT_FALSE(selector.matches(std::span(wanted).first(1)));
  EXPECT_FALSE(selector.matches(std::array{wanted[0], wanted[1], Label{"tier", "db"}}));
  EXPECT_TRUE(selector.matches(std::array{wanted[0], wanted[1], Label{"tier", "web"}}));
  // Of a repeated key the last counts.
  EXPECT_FALSE(selector.matches(std::array{wanted[0], wanted[1], Label{"app", "db"}}));
  EXPECT_TRUE(selector.matches(std::array{Label{"app", "db"}, wanted[0], wanted[1]}));
  EXPECT_EQ(text(selector), "app=web,env=prod,tier notin (db)");
}

TEST(Selector, Operators) {
  for (const SelectorOperator op :
       {SelectorOperator::in, SelectorOperator::not_in, SelectorOperator::exists, SelectorOperator::does_not_exist,
        SelectorOperator::greater_than, SelectorOperator::less_than}) {
    EXPECT_EQ(selector_operator(text(op)), op);
  }
  for (const char* unknown : {"", "in", "IN", "Equals", "DoesNotExists"}) {
    EXPECT_EQ(selector_operator(unknown), SelectorOperator::unknown) << unknown;
  }
}

TEST(Selector, ValidationGivesUpstreamsReasons) {
  const std::array<std::string_view, 2> values{"ok", "-bad"};
  const std::array<Label, 2> wanted{Label{"-bad", "ok"}, Label{"ok", "bad value"}};
  const std::array<Requirement, 5> expressions{
      Requirement{.key = "a", .op = SelectorOperator::in},
      Requirement{.key = "b", .op = SelectorOperator::exists, .values = std::span(values).first(1)},
      Requirement{.key = "c", .op = SelectorOperator::unknown, .op_text = "Equals"},
      Requirement{.key = "d", .op = SelectorOperator::not_in, .values = values},
      Requirement{.key = "", .op = SelectorOperator::greater_than, .values = std::span(values).first(1)}};
  const LabelSelector selector{.match_labels = wanted, .match_expressions = expressions};
  const auto problem = [](const char* field, const char* reason) {
    return testing::AllOf(testing::Field(&SelectorProblem::field, field),
                          testing::Field(&SelectorProblem::reason, HasSubstr(reason)));
  };
  EXPECT_THAT(
      validate(selector),
      ElementsAre(problem("matchLabels", "name part must consist of"),
                  problem("matchLabels", "a valid label must be"),
                  problem("matchExpressions[0].values", "must be specified when `operator` is 'In' or 'NotIn'"),
                  problem("matchExpressions[1].values",
                          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
                  problem("matchExpressions[2].operator", "not a valid selector operator"),
                  problem("matchExpressions[3].values[1]", "a valid label must be"),
                  problem("matchExpressions[4].operator", "not a valid selector operator"),
                  problem("matchExpressions[4].key", "name part must be non-empty")));
  EXPECT_FALSE(expressions[2].matches({}));
}

}  // namespace
}  // namespace bulwark::kube
