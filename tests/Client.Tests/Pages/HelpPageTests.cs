using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Client.Pages.About;

namespace Playground.Client.Tests.Pages;

public sealed class HelpPageTests : ComponentTest
{
    [Theory]
    [InlineData("en", "Prompt", "Negative prompt", "Token", "Text encoder", "Clip skip", "Latent space", "Autoencoder (VAE)",
        "Image to image", "Inpainting")]
    [InlineData("zh-Hans", "提示词", "负面提示词", "词元", "文本编码器", "CLIP 跳层", "潜空间", "自编码器 (VAE)", "图生图", "局部重绘")]
    public void The_terms_of_text_to_image_are_explained_in_every_language(string language, params string[] terms)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Services.AddSingleton<ISampling>(new Samplerless());
        var page = Render<HelpPage>();
        Assert.Empty(terms.Except(page.FindAll(".terms dt").Select(t => t.TextContent)));
        // A text that is missing is its key.
        Assert.DoesNotContain(page.FindAll(".terms dt, .terms dd"), t => t.TextContent.StartsWith("Term", StringComparison.Ordinal));
    }

    private sealed class Samplerless : ISampling
    {
        public IReadOnlyList<SamplerView> Samplers => [];

        public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct) => throw new NotSupportedException();

        public Task<ModelView?> FindModelAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public Task<PromptView?> ReadPromptAsync(string model, string prompt, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView> StartAsync(SampleRequest request, CancellationToken ct) => throw new NotSupportedException();
    }
}
