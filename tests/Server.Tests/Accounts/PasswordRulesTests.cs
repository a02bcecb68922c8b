using Playground.Server.Accounts;

namespace Playground.Server.Tests.Accounts;

/// <summary>Which passwords are taken.</summary>
public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("Password1234!")]
    [InlineData("!!!administrator1")]
    [InlineData("123456789012")]
    [InlineData("210987654321")]
    [InlineData("abcdefghijkl")]
    [InlineData("qwertyuiop[]12")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("ada-lovelace-1")]
    [InlineData("stablediffusion2026")]
    public void What_anybody_would_try_first_is_refused(string password)
        => Assert.Contains("among the first that others would try", PasswordRules.ProblemOf(password, "ada-lovelace"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("four unrelated words")]
    [InlineData("alllowercaseletters")]
    [InlineData("ALLUPPERCASELETTERS")]
    [InlineData("8305176294038851")]
    [InlineData("正确的马电池订书钉很长")]
    [InlineData("xk7-ppq-29v-tt1")]
    public void No_kind_of_character_is_asked_for(string password)
        => Assert.Null(PasswordRules.ProblemOf(password.PadRight(12, '三'), "ada"));

    [Fact]
    public void Long_passwords_are_taken_as_they_are_and_too_long_ones_refused()
    {
        var words = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"word{i * 7919 % 1000}"));
        Assert.Null(PasswordRules.ProblemOf(words[..64], ""));
        Assert.Null(PasswordRules.ProblemOf(words[..128], ""));
        Assert.Contains("has 129 characters; it may have at most 128", PasswordRules.ProblemOf(words[..129], ""), StringComparison.Ordinal);
        Assert.Contains("has 11 characters; it must have at least 12", PasswordRules.ProblemOf(words[..11], ""), StringComparison.Ordinal);
        var hasher = new Microsoft.AspNetCore.Identity.PasswordHasher<object>();
        var hash = hasher.HashPassword(new(), words[..128]);
        Assert.Equal(Microsoft.AspNetCore.Identity.PasswordVerificationResult.Failed,
            hasher.VerifyHashedPassword(new(), hash, words[..127]));
        Assert.Equal(Microsoft.AspNetCore.Identity.PasswordVerificationResult.Success,
            hasher.VerifyHashedPassword(new(), hash, words[..128]));
    }
}
