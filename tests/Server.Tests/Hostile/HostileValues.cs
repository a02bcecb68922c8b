namespace Playground.Server.Tests.Hostile;

/// <summary>Values that nobody means, as JSON: of every kind, at every edge, and of no kind at all.</summary>
internal static class HostileValues
{
    public static IReadOnlyList<string> Json { get; } =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "0.1", "-0.5", "1.5", "1e0", "127", "128", "255", "256", "32768", "65536",
        "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1e19", "1e38", "3.5e38", "1e308", "1e400", "-1e400", "1e-320", "1e-400", "NaN", "Infinity", "\"NaN\"",
        "\"Infinity\"", "\"\"", "\" \"", "\"x\"", "\"0\"", "\"1e5\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\uFFFE\"", "\"\\uFFFF\"",
        "\"\\uD800\"", "\"\\u202E\"", "\"\\r\\n\"", "\"../../etc/passwd\"", "\"..\"", "\".\"", "\"/\"", "\"C:\\\\\"", "\"%00\"",
        "\"'; --\"",
        "\"<b>\"", "\"training:00000000000000000000000000000000@1\"", "\"dataset:x@999999999999\"", "\"file:..\"", "[]", "{}", "[null]",
        "[[]]", "[1]", "[-1]", "[\"x\"]", "[1e308]", "{\"a\":null}", "{\"a\":1}", "{\"__proto__\":1}", $"\"{new string('a', 10_000)}\"",
        $"[{string.Join(",", Enumerable.Repeat("1", 2_000))}]", new string('[', 70) + new string(']', 70), "",
    ];
}
