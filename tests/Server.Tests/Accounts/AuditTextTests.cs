using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Playground.Client.Contracts;
using Playground.Client.Resources;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Accounts;

/// <summary>What the audit log can have in it has words in every language.</summary>
public sealed partial class AuditTextTests
{
    [Fact]
    public void Every_action_of_the_audit_log_has_words_in_every_language()
    {
        var contracts = typeof(NeedsAttribute).Assembly.GetTypes().Where(t => t.IsInterface).SelectMany(t => t.GetMethods())
            .Select(m => m.GetCustomAttribute<NeedsAttribute>()?.Audit).OfType<string>().ToList();
        var written = Directory.EnumerateFiles(Path.Combine(Repository.Root, "Playground.Server"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(File.ReadLines).Where(l => Writing().IsMatch(l))
            .SelectMany(l => Action().Matches(l)).Select(m => m.Groups[1].Value).ToList();
        Assert.Contains("share.created", contracts);
        Assert.Contains("sign-in.failed", written);
        Assert.Contains("account.enabled", written);
        var texts = new ResourceManager(typeof(AccountTexts));
        foreach (var language in new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("zh-Hans") })
        {
            // Without what another language has in its place.
            var set = texts.GetResourceSet(language, createIfNotExists: true, tryParents: false)!;
            Assert.DoesNotContain(contracts.Concat(written), a => string.IsNullOrEmpty(set.GetString($"Action_{a}")));
        }
    }

    [GeneratedRegex(@"\baudit!?\.(Record|Write)Async\(")]
    private static partial Regex Writing();

    [GeneratedRegex("\"(sign-in|sign-out|[a-z-]+\\.[a-z-]+)\"")]
    private static partial Regex Action();
}
