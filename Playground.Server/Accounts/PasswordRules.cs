using Microsoft.AspNetCore.Identity;

namespace Playground.Server.Accounts;

/// <summary>
/// Which passwords are taken: long ones that are not among the first that anybody tries. No kinds of characters are asked for, since those
/// make passwords hard to remember and easy to guess (OWASP ASVS 2.1).
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<Account>
{
    public const int Least = 12, Most = 128;

    private const int LeastDistinct = 5, MostRun = 6;

    // What such passwords are made of, once digits and signs at their ends are taken away.
    private static readonly HashSet<string> s_common = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "passwordpassword", "mypassword", "thepassword", "yourpassword",
        "newpassword", "secretpassword", "changeme", "changemenow", "changeit", "letmein", "letmeinnow", "letmeinplease", "welcome",
        "welcomehome", "welcometo", "admin", "administrator", "adminadmin", "adminpassword", "root", "rootroot", "rootpassword",
        "superuser", "user", "username", "guest", "default", "test", "testtest", "testing", "testpassword", "secret", "topsecret",
        "iloveyou", "iloveyousomuch", "iloveyouforever", "sunshine", "princess", "football", "baseball", "basketball", "liverpool",
        "manchester", "chelsea", "arsenal", "superman", "batman", "spiderman", "pokemon", "starwars", "dragon", "monkey", "shadow",
        "master", "killer", "michael", "jennifer", "jessica", "charlie", "computer", "internet", "trustno", "whatever", "nothing",
        "correcthorsebatterystaple", "playground", "playgroundplayground", "diffusion", "stablediffusion", "blazor",
    };

    // Rows of keyboards, and the alphabet and the digits, there and back.
    private static readonly string[] s_rows = [.. new[] { "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl",
        "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb" }
        .SelectMany(r => new[] { r, new string([.. r.Reverse()]) })];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
        => Task.FromResult(ProblemOf(password ?? "", user.UserName ?? "") is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = problem })
            : IdentityResult.Success);

    /// <summary>Why the password cannot be used; null: it can.</summary>
    public static string? ProblemOf(string password, string name)
    {
        if (password.Length < Least) return $"The password has {password.Length} characters; it must have at least {Least}.";
        if (password.Length > Most) return $"The password has {password.Length:N0} characters; it may have at most {Most}.";
        return IsGuessable(password, name)
            ? "The password is among the first that others would try. Take four words that have nothing to do with each other."
            : null;
    }

    private static bool IsGuessable(string password, string name)
    {
        var lower = password.ToLowerInvariant();
        var core = lower.Trim([.. lower.Where(c => !char.IsLetter(c)).Distinct()]);
        return lower.Distinct().Count() < LeastDistinct || s_common.Contains(core) || IsRepeated(lower)
            || (name.Length >= 4 && lower.Replace(name.ToLowerInvariant(), "", StringComparison.Ordinal).Length < Least / 2)
            || Runs(lower) > password.Length - MostRun;
    }

    private static bool IsRepeated(string text)
        => Enumerable.Range(1, text.Length / 2).Any(n => text.Length % n == 0 && text == string.Concat(Enumerable.Repeat(text[..n],
            text.Length / n)));

    // Characters that only go on along a row.
    private static int Runs(string text)
    {
        var along = 0;
        for (var i = 0; i + 3 < text.Length;)
        {
            var run = 4;
            while (i + run <= text.Length && s_rows.Any(r => r.Contains(text.Substring(i, run), StringComparison.Ordinal))) run++;
            if (run > 4) along += run - 1;
            i += run > 4 ? run - 1 : 1;
        }
        return along;
    }
}

/// <summary>What accounts may be called: letters and digits of any script, and a few signs.</summary>
internal sealed class NameRules : IUserValidator<Account>
{
    public const int Most = 64;

    private const string Signs = "-._@+ ";

    public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user)
    {
        var name = user.UserName ?? "";
        if (name.Length is 0 or > Most)
            return Failed($"The name has {name.Length:N0} characters; it must have 1 to {Most}.");
        if (name != name.Trim() || !name.EnumerateRunes().All(r => System.Text.Rune.IsLetterOrDigit(r) || Signs.Contains(r.ToString(),
            StringComparison.Ordinal)))
            return Failed("A name has letters, digits, spaces within it, and the signs - . _ @ +; choose another.");
        return await manager.FindByNameAsync(name) is { } other && other.Id != user.Id
            ? Failed("Somebody has that name already; choose another.")
            : IdentityResult.Success;
    }

    private static IdentityResult Failed(string problem)
        => IdentityResult.Failed(new IdentityError { Code = "Name", Description = problem });
}
